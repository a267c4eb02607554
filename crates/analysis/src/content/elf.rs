//! ELF, in a summary: what it is built for, what it needs, what it offers, and how it is hardened. No code is looked at.

use std::fmt::Display;

use model::{Parts, Structure};
use object::elf as names;
use object::read::elf::{
    Dyn as _, FileHeader, ProgramHeader as _, SectionHeader as _, SectionTable, Sym as _,
    SymbolTable,
};
use object::{Endianness, FileKind};

use super::{Format, MOST_PARTS};

pub(super) static FORMAT: Format = Format {
    name: "elf",
    title: "ELF programs and libraries",
    recognises: |bytes| bytes.starts_with(b"\x7fELF"),
    summarises: summarise,
};

fn summarise(bytes: &[u8]) -> Result<Structure, String> {
    match FileKind::parse(bytes).map_err(damaged)? {
        FileKind::Elf32 => Reading::<names::FileHeader32<Endianness>>::of(bytes),
        FileKind::Elf64 => Reading::<names::FileHeader64<Endianness>>::of(bytes),
        _ => Err("is of a class that is not known here".into()),
    }
}

fn damaged(error: impl Display) -> String {
    format!("is damaged: {error}")
}

/// A file that is being read.
struct Reading<'a, Elf: FileHeader<Endian = Endianness>> {
    bytes: &'a [u8],
    header: &'a Elf,
    endian: Endianness,
    structure: Structure,
}

/// What the segments say.
#[derive(Default)]
struct Segments {
    interpreter: Option<String>,
    has_relro: bool,
    has_executable_stack: bool,
    is_dynamic: bool,
}

/// What the dynamic section says.
#[derive(Default)]
struct Dynamic {
    needed: Vec<String>,
    soname: Option<String>,
    runpath: Option<String>,
    binds_now: bool,
    is_pie: bool,
}

impl<'a, Elf: FileHeader<Endian = Endianness>> Reading<'a, Elf> {
    fn of(bytes: &'a [u8]) -> Result<Structure, String> {
        let header = Elf::parse(bytes).map_err(damaged)?;
        let endian = header.endian().map_err(damaged)?;
        let structure = Structure::new("elf");
        Reading { bytes, header, endian, structure }.read()
    }

    fn read(mut self) -> Result<Structure, String> {
        let segments = self.segments();
        let sections = self.header.sections(self.endian, self.bytes).map_err(damaged)?;
        let dynamic = self.dynamic(&sections);
        self.header_facts(&segments, &dynamic);
        let build_id = sections.iter().find_map(|section| {
            let mut notes = section.notes(self.endian, self.bytes).ok()??;
            std::iter::from_fn(|| notes.next().ok()?).find_map(|note| {
                let is_build_id = note.name() == names::ELF_NOTE_GNU
                    && note.n_type(self.endian) == names::NT_GNU_BUILD_ID;
                is_build_id.then(|| hex(note.desc()))
            })
        });
        if let Some(build_id) = build_id {
            self.structure.fact("build-id", build_id);
        }
        let texts = [
            ("interpreter", segments.interpreter.clone()),
            ("soname", dynamic.soname.clone()),
            ("runpath", dynamic.runpath.clone()),
        ];
        for (name, value) in texts {
            if let Some(value) = value {
                self.structure.fact(name, value);
            }
        }
        let (exported, imported) = self.symbols(&sections);
        let has = |name: &str| imported.parts.keys().any(|one| one.starts_with(name));
        let yes = |is_so: bool| if is_so { "yes" } else { "no" };
        let relro = match (segments.has_relro, dynamic.binds_now) {
            (true, true) => "full",
            (true, false) => "partial",
            (false, _) => "no",
        };
        self.structure.fact("relro", relro);
        self.structure.fact("executable-stack", yes(segments.has_executable_stack));
        self.structure.fact("stack-protector", yes(has("__stack_chk_")));
        let fortified = imported
            .parts
            .keys()
            .any(|name| name.ends_with("_chk") && !name.starts_with("__stack"));
        self.structure.fact("fortified", yes(fortified));
        let mut needed = Parts::new("libraries");
        dynamic.needed.into_iter().for_each(|one| needed.add(MOST_PARTS, one, ""));
        let mut parts = Parts::new("sections");
        for (index, section) in sections.iter().enumerate().skip(1) {
            let name = sections.section_name(self.endian, section).unwrap_or_default();
            let name = if name.is_empty() { format!("#{index}").into_bytes() } else { name.into() };
            let size: u64 = section.sh_size(self.endian).into();
            parts.add(MOST_PARTS, shown(&name), format!("{size} B"));
        }
        self.structure.parts = vec![needed, parts, exported, imported];
        Ok(self.structure)
    }

    fn header_facts(&mut self, segments: &Segments, dynamic: &Dynamic) {
        let class = if self.header.is_type_64() { "64-bit" } else { "32-bit" };
        let order = match self.endian {
            Endianness::Little => "little-endian",
            Endianness::Big => "big-endian",
        };
        let kind = match self.header.e_type(self.endian) {
            names::ET_EXEC => "program at a fixed address",
            names::ET_DYN if segments.interpreter.is_some() || dynamic.is_pie => {
                "program at any address"
            }
            names::ET_DYN => "library",
            names::ET_REL => "object",
            names::ET_CORE => "core",
            _ => "other",
        };
        self.structure.fact("class", format!("{class} {order}"));
        self.structure.fact("machine", machine(self.header.e_machine(self.endian)));
        self.structure.fact("kind", kind);
        self.structure
            .fact("linked", if segments.is_dynamic { "dynamically" } else { "statically" });
    }

    fn segments(&self) -> Segments {
        let mut segments = Segments::default();
        for segment in self.header.program_headers(self.endian, self.bytes).unwrap_or_default() {
            match segment.p_type(self.endian) {
                names::PT_INTERP => {
                    let text = segment.interpreter(self.endian, self.bytes);
                    segments.interpreter = text.ok().flatten().map(shown);
                }
                names::PT_GNU_RELRO => segments.has_relro = true,
                names::PT_DYNAMIC => segments.is_dynamic = true,
                names::PT_GNU_STACK => {
                    let flags = segment.p_flags(self.endian);
                    segments.has_executable_stack = flags.0 & names::PF_X.0 != 0;
                }
                _ => {}
            }
        }
        segments
    }

    fn dynamic(&self, sections: &SectionTable<'a, Elf>) -> Dynamic {
        let mut told = Dynamic::default();
        let Ok(Some((entries, strings))) = sections.dynamic(self.endian, self.bytes) else {
            return told;
        };
        let strings = sections.strings(self.endian, self.bytes, strings).unwrap_or_default();
        for entry in entries.iter().take(MOST_PARTS) {
            let text = || entry.string(self.endian, strings).ok().map(shown);
            let value: u64 = entry.d_val(self.endian).into();
            match entry.tag(self.endian) {
                names::DT_NEEDED => told.needed.extend(text()),
                names::DT_SONAME => told.soname = text(),
                names::DT_RPATH | names::DT_RUNPATH => told.runpath = text(),
                names::DT_BIND_NOW => told.binds_now = true,
                names::DT_FLAGS => told.binds_now |= value & names::DF_BIND_NOW.0 != 0,
                names::DT_FLAGS_1 => {
                    told.binds_now |= value & names::DF_1_NOW.0 != 0;
                    told.is_pie |= value & names::DF_1_PIE.0 != 0;
                }
                _ => {}
            }
        }
        told
    }

    /// The symbols that it offers, and those that it needs of others.
    fn symbols(&self, sections: &SectionTable<'a, Elf>) -> (Parts, Parts) {
        let (mut exported, mut imported) = (Parts::new("exported"), Parts::new("imported"));
        let table = sections.symbols(self.endian, self.bytes, names::SHT_DYNSYM);
        for symbol in table.iter().flat_map(SymbolTable::iter) {
            let strings = table.as_ref().map(SymbolTable::strings).unwrap_or_default();
            let Ok(name) = symbol.name(self.endian, strings) else { continue };
            let is_local = symbol.st_bind() == names::STB_LOCAL;
            if name.is_empty() || is_local {
                continue;
            }
            if symbol.is_undefined(self.endian) {
                imported.add(MOST_PARTS, shown(name), "");
            } else {
                exported.add(MOST_PARTS, shown(name), "");
            }
        }
        (exported, imported)
    }
}

fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(64).map(|byte| format!("{byte:02x}")).collect()
}

fn machine(machine: names::Machine) -> String {
    let name = match machine {
        names::EM_386 => "x86",
        names::EM_X86_64 => "x86-64",
        names::EM_ARM => "arm",
        names::EM_AARCH64 => "arm64",
        names::EM_PPC => "powerpc",
        names::EM_PPC64 => "powerpc64",
        names::EM_S390 => "s390x",
        names::EM_RISCV => "riscv",
        names::EM_MIPS => "mips",
        names::EM_LOONGARCH => "loongarch",
        names::EM_BPF => "bpf",
        other => return format!("machine {}", other.0),
    };
    name.into()
}

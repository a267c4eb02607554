//! Layers: their digests, and which instruction made which of them.

use compare::Subject;
use model::LayerDescription;

use super::columns::{answer, row, short};
use super::pattern::only_all;
use super::{EACH, Extent, Query, Question, Wrong};
use crate::rows::{Answer, Cell};

pub(super) static LIST: Query = Query {
    name: "show-layers",
    help: "an image's ID, then the diff-ids of its layers, the lowest first",
    extent: Extent::Outline,
    run: list,
    ..EACH
};

pub(super) static INFO: Query = Query {
    name: "show-layer-info",
    parameters: "all | onlyimage",
    help: "the instructions of an image's history, the first one first, with the layers that they made",
    details: "\
onlyimage: without those of the nearest kept image that this one is built on
An instruction that made no layer counts with the layer before it. Sizes are those of layers as they are stored.",
    extent: Extent::Outline,
    history: true,
    run: info,
    ..EACH
};

fn list(question: &Question<'_>) -> Result<Answer, Wrong> {
    only_all(question.parameters)?;
    let mut rows = Vec::new();
    for subject in question.subjects {
        rows.extend(subject.id.iter().map(|id| row(subject, [id.hex()])));
        let layers = subject.side.image.layers.iter();
        rows.extend(layers.map(|layer| row(subject, [layer.diff_id.to_string()])));
    }
    let header = vec!["Image_Id", "Repo_Tags", "Layer"];
    Ok(answer(question, header, rows))
}

fn info(question: &Question<'_>) -> Result<Answer, Wrong> {
    let only_image = match question.parameters {
        [one] if one == "onlyimage" => true,
        [one] if one == "all" => false,
        given => {
            return Err(Wrong {
                what: format!("`{}` does not say which layers are meant", given.join(" ")),
                hint: "say `all`, or `onlyimage` for those that no kept base has".into(),
            });
        }
    };
    let mut header =
        vec!["Image_Id", "Repo_Tags", "Layer_Id", "Layer_Size_Bytes", "Dockerfile_Line"];
    if !only_image {
        header.push("Inherited_From_Parent");
    }
    let mut answer = answer(question, header, Vec::new());
    for subject in question.subjects {
        // The parent is the nearest kept image that this one is built on.
        let inherited = subject.ancestors.last().map_or(0, |parent| parent.layers);
        let (steps, fits) = steps(subject);
        if !fits {
            answer.warnings.push(
                "the history does not fit the layers: which instruction made which layer is not known".into(),
            );
        }
        for step in steps {
            let is_inherited = step.number < inherited;
            let mut cells = row(subject, [step.layer(), step.size(), step.line]);
            if !only_image {
                cells.push(if is_inherited { "True" } else { "False" }.into());
            }
            if !only_image || !is_inherited {
                answer.rows.rows.push(cells);
            }
        }
    }
    Ok(answer)
}

/// One instruction, and the layer that it made.
struct Step<'a> {
    /// How many layers there were before.
    number: usize,
    layer: Option<&'a LayerDescription>,
    line: Cell,
}

impl Step<'_> {
    fn layer(&self) -> Cell {
        self.layer.map_or_else(|| "unknown".into(), |layer| short(&layer.diff_id))
    }

    fn size(&self) -> Cell {
        self.layer.map_or(0, |layer| layer.size).to_string()
    }
}

/// What made an image, the first step first, and whether history and layers fit together. Where they do not, the layers
/// stand without instructions.
fn steps(subject: &Subject) -> (Vec<Step<'_>>, bool) {
    let layers = &subject.side.image.layers;
    let history = &subject.side.settings.history;
    let unknown = || -> Cell { "unknown".into() };
    let made = history.iter().filter(|line| !line.empty_layer).count();
    if made != layers.len() {
        let bare = layers.iter().enumerate();
        let bare = bare.map(|(number, layer)| Step { number, layer: Some(layer), line: unknown() });
        return (bare.collect(), history.is_empty());
    }
    let mut number = 0;
    let mut steps = Vec::new();
    for line in history {
        let layer = (!line.empty_layer).then(|| layers.get(number)).flatten();
        let text = compare::instruction(line).unwrap_or_else(unknown);
        let text = risk::redact_setting(None, &text).into_owned();
        // What makes no layer belongs to the one before it.
        let place = if line.empty_layer { number.saturating_sub(1) } else { number };
        steps.push(Step { number: place, layer, line: text });
        number += usize::from(layer.is_some());
    }
    (steps, true)
}

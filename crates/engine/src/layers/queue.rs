//! A queue of layers and the threads that work on it. Which thread reads what never shows in the result.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use source::{Access, Image, Layer};

use super::kept::{self, Claimed};
use super::{Place, Read, read_one};
use crate::{Error, Options, Watch, lock};

/// What one thread takes on at a time.
enum Task {
    /// One layer.
    One(Place),
    /// Layers of one image that can only be read one after the other.
    InOrder(usize, Vec<usize>),
}

impl Task {
    fn place(&self) -> Place {
        match self {
            Task::One(place) => *place,
            Task::InOrder(image, numbers) => (*image, numbers.first().copied().unwrap_or_default()),
        }
    }
}

/// Reads the `wanted` layers. Of several failures the first in the order of images and layers is told.
pub(super) fn work(
    images: &[&Image],
    wanted: &BTreeMap<Place, &Layer>,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<BTreeMap<Place, Arc<Read>>, Error> {
    let tasks = tasks(images, wanted);
    let threads = options.threads(tasks.len());
    let queue = Mutex::new(tasks);
    let results: Mutex<BTreeMap<Place, Result<Arc<Read>, Error>>> = Mutex::default();
    let keep = |place: Place, result: Result<Read, Error>| {
        if result.is_err() {
            // The whole is lost with a part. Only what could fail before it is still read, so that the same error is
            // told whatever the number of threads.
            lock(&queue).retain(|task| task.place() < place);
        }
        lock(&results).insert(place, result.map(Arc::new));
    };
    let next = || lock(&queue).pop();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(task) = next() {
                    run(task, images, options, watch, &keep);
                }
            });
        }
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.into_iter().map(|(place, result)| Ok((place, result?))).collect()
}

/// The tasks, the one to begin with last: long rows first, then the largest layers.
fn tasks(images: &[&Image], wanted: &BTreeMap<Place, &Layer>) -> Vec<Task> {
    let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut single: Vec<(Option<u64>, Place)> = Vec::new();
    for (&place, layer) in wanted {
        match images[place.0].access() {
            Access::Any => single.push((layer.size, place)),
            Access::InOrder => rows.entry(place.0).or_default().push(place.1),
        }
    }
    single.sort_unstable();
    let single = single.into_iter().map(|(_, place)| Task::One(place));
    single.chain(rows.into_iter().map(|(image, numbers)| Task::InOrder(image, numbers))).collect()
}

fn run(
    task: Task,
    images: &[&Image],
    options: &Options,
    watch: &Watch<'_>,
    keep: &dyn Fn(Place, Result<Read, Error>),
) {
    match task {
        Task::One((image, number)) => {
            // Others wait meanwhile, in whatever process they are.
            let _claim = match kept::claimed(&images[image].layers[number], options, watch) {
                Claimed::Ours(claim) => claim,
                Claimed::Kept(read) => return keep((image, number), Ok(*read)),
            };
            let opened = images[image]
                .layer(number)
                .map_err(|source| unreachable_source(images[image], source));
            let read =
                opened.and_then(|bytes| read_one(images[image], number, bytes, options, watch));
            keep((image, number), read);
        }
        Task::InOrder(image, numbers) => {
            let mut visit = |number: usize, bytes: &mut (dyn std::io::Read + Send)| {
                let read = read_one(images[image], number, bytes, options, watch);
                // What is stored behind a lost layer need not be inflated.
                let flow =
                    if read.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
                keep((image, number), read);
                flow
            };
            if let Err(source) = images[image].each_layer(&numbers, &mut visit) {
                let first = numbers.first().copied().unwrap_or_default();
                keep((image, first), Err(unreachable_source(images[image], source)));
            }
        }
    }
}

fn unreachable_source(image: &Image, source: source::Error) -> Error {
    Error::Source { reference: image.reference.clone(), source }
}

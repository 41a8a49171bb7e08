//! The files that the program carries: exercises and schemas, put in by the build script.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

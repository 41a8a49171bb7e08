//! The interviewer's questions on a query: made from the query and its plan, answered by running.

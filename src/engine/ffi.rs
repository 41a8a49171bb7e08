//! The only unsafe code: what SQLite's C interface offers and rusqlite does not wrap. A clock that can be
//! pinned, counters of a connection, and the limit on memory of the whole process.
#![allow(unsafe_code)]

use std::{
    cell::Cell,
    ffi::{CStr, c_int, c_void},
    ptr,
    sync::OnceLock,
};

use rusqlite::{Connection, ffi};

thread_local! {
    /// What 'now' is for statements that run on this thread, in milliseconds since the Julian epoch.
    static NOW: Cell<i64> = const { Cell::new(0) };
}

/// The name under which the VFS with the pinned clock is registered.
pub(super) const VFS: &CStr = c"sqldojo";

/// Sets what 'now' is for every sandbox that runs on this thread, until the next call, in milliseconds since the Julian
/// epoch.
///
/// SQLite asks for the time once per run of a statement (<https://sqlite.org/lang_datefunc.html>).
pub(super) fn pin_clock(julian_ms: i64) {
    NOW.with(|cell| cell.set(julian_ms));
}

unsafe extern "C" fn current_time_int64(_vfs: *mut ffi::sqlite3_vfs, out: *mut i64) -> c_int {
    // SAFETY: SQLite passes a pointer to an i64 that it owns.
    unsafe { *out = NOW.with(Cell::get) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn current_time(_vfs: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: SQLite passes a pointer to a double that it owns.
    unsafe { *out = NOW.with(Cell::get) as f64 / 86_400_000.0 };
    ffi::SQLITE_OK
}

/// Makes 'localtime' mean UTC, whatever TZ says (<https://sqlite.org/c3ref/c_testctrl_always.html>).
unsafe extern "C" fn utc_as_local(time: *const c_void, out: *mut c_void) -> c_int {
    // SAFETY: SQLite passes a `const time_t *` and a `struct tm *` that it has zeroed.
    let (seconds, tm) = unsafe { (*time.cast::<libc::time_t>(), &mut *out.cast::<libc::tm>()) };
    let Ok(at) = jiff::Timestamp::from_second(seconds) else { return 1 };
    let at = jiff::tz::Offset::UTC.to_datetime(at);
    tm.tm_year = c_int::from(at.year()) - 1900;
    tm.tm_mon = c_int::from(at.month()) - 1;
    tm.tm_mday = c_int::from(at.day());
    tm.tm_hour = c_int::from(at.hour());
    tm.tm_min = c_int::from(at.minute());
    tm.tm_sec = c_int::from(at.second());
    0
}

/// Registers the VFS, once per process: the default one with its two time functions replaced
/// (<https://sqlite.org/c3ref/vfs.html>).
///
/// # Errors
/// SQLite's result code where there is no default VFS or it refuses another one.
pub(super) fn register_vfs() -> Result<(), i32> {
    static DONE: OnceLock<Result<(), i32>> = OnceLock::new();
    *DONE.get_or_init(|| {
        // SAFETY: the default VFS is valid for the life of the process once found; the copy is leaked, so its
        // address stays valid too; the name is a static string; the functions have the signatures SQLite asks for.
        unsafe {
            let default = ffi::sqlite3_vfs_find(ptr::null());
            if default.is_null() {
                return Err(ffi::SQLITE_ERROR);
            }
            let mut vfs = Box::new(ptr::read(default));
            vfs.zName = VFS.as_ptr();
            vfs.pNext = ptr::null_mut();
            vfs.xCurrentTime = Some(current_time);
            if vfs.iVersion >= 2 {
                vfs.xCurrentTimeInt64 = Some(current_time_int64);
            }
            let code = ffi::sqlite3_vfs_register(Box::into_raw(vfs), 0);
            if code != ffi::SQLITE_OK {
                return Err(code);
            }
            let hook: unsafe extern "C" fn(*const c_void, *mut c_void) -> c_int = utc_as_local;
            ffi::sqlite3_test_control(ffi::SQLITE_TESTCTRL_LOCALTIME_FAULT, 2 as c_int, hook);
            Ok(())
        }
    })
}

/// Page-cache gets of a connection so far: hits and misses together.
pub(super) fn page_gets(conn: &Connection) -> u64 {
    let read = |op: c_int| {
        let (mut now, mut high) = (0, 0);
        // SAFETY: the handle is open while `conn` is borrowed; both pointers are to live integers.
        unsafe { ffi::sqlite3_db_status(conn.handle(), op, &raw mut now, &raw mut high, 0) };
        u64::from(now.unsigned_abs())
    };
    read(ffi::SQLITE_DBSTATUS_CACHE_HIT) + read(ffi::SQLITE_DBSTATUS_CACHE_MISS)
}

/// Bounds the memory SQLite may take in this process; a statement that wants more fails with "out of memory".
pub(super) fn limit_heap(bytes: i64) {
    // SAFETY: a plain setting; SQLite initialises itself on the way.
    unsafe { ffi::sqlite3_hard_heap_limit64(bytes) };
}

/// Gives a connection memory of its own for small allocations, which then take no lock and no search
/// (<https://sqlite.org/malloc.html#lookaside>). Without effect once the connection holds any.
pub(super) fn enlarge_lookaside(conn: &Connection) {
    // SAFETY: the handle is open while `conn` is borrowed; a null buffer lets SQLite allocate its own.
    unsafe {
        ffi::sqlite3_db_config(
            conn.handle(),
            ffi::SQLITE_DBCONFIG_LOOKASIDE,
            ptr::null_mut::<c_void>(),
            LOOKASIDE_SLOT,
            LOOKASIDE_SLOTS,
        )
    };
}

/// Bytes of one slot: most of what a small statement allocates fits.
const LOOKASIDE_SLOT: c_int = 1200;

/// Slots of a connection.
const LOOKASIDE_SLOTS: c_int = 400;

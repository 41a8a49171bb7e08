/* What the judge's inner loop takes in SQLite alone, called from C. For each database of a file it empties three tables,
   loads its rows through prepared INSERTs inside one transaction, runs two prepared queries, and hashes all rows they
   give, blind to their order. floor.rs builds it and runs it beside the judge.

   usage: floor SCHEMA.sql REFERENCE.sql ANSWER.sql DATABASES ROUNDS
   prints: databases a second of processor, on how many the two differ, rows of a database on the average */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What is used of sqlite3.h. */
typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
int sqlite3_open_v2(const char *, sqlite3 **, int, const char *);
int sqlite3_db_config(sqlite3 *, int, ...);
int sqlite3_exec(sqlite3 *, const char *, void *, void *, char **);
int sqlite3_prepare_v3(sqlite3 *, const char *, int, unsigned, sqlite3_stmt **, const char **);
int sqlite3_step(sqlite3_stmt *);
int sqlite3_reset(sqlite3_stmt *);
int sqlite3_bind_null(sqlite3_stmt *, int);
int sqlite3_bind_double(sqlite3_stmt *, int, double);
int sqlite3_bind_int64(sqlite3_stmt *, int, int64_t);
int sqlite3_bind_text(sqlite3_stmt *, int, const char *, int, void (*)(void *));
int sqlite3_column_count(sqlite3_stmt *);
int sqlite3_column_type(sqlite3_stmt *, int);
int64_t sqlite3_column_int64(sqlite3_stmt *, int);
double sqlite3_column_double(sqlite3_stmt *, int);
const unsigned char *sqlite3_column_text(sqlite3_stmt *, int);
int sqlite3_column_bytes(sqlite3_stmt *, int);
const char *sqlite3_errmsg(sqlite3 *);
enum { ROW = 100, DONE = 101, PERSISTENT = 1, INTEGER = 1, REAL = 2, TEXT = 3 };
enum { READWRITE = 2, CREATE = 4, NOMUTEX = 0x8000, LOOKASIDE = 1001 };

static sqlite3 *db;

/* Bytes of a file, at the most. */
enum { LONGEST = 1 << 24 };

static void must(int fine) {
    if (!fine) {
        fprintf(stderr, "floor: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
}

static char *text_of(const char *path) {
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, LONGEST);
    if (!file || !text || fread(text, 1, LONGEST - 1, file) == 0) {
        fprintf(stderr, "floor: %s cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    return text;
}

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement = NULL;
    must(sqlite3_prepare_v3(db, sql, -1, PERSISTENT, &statement, NULL) == 0);
    return statement;
}

static uint64_t mixed(uint64_t hash, const void *bytes, size_t count) {
    const unsigned char *at = bytes;
    for (; count >= 8; count -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    for (; count > 0; count--) hash = (hash ^ *at++) * 0x100000001b3u;
    return hash;
}

/* The hashes of all rows, added up. */
static uint64_t digest(sqlite3_stmt *query) {
    uint64_t bag = 0;
    int columns = sqlite3_column_count(query), code;
    while ((code = sqlite3_step(query)) == ROW) {
        uint64_t hash = 0xcbf29ce484222325u;
        for (int at = 0; at < columns; at++) {
            int type = sqlite3_column_type(query, at);
            hash = mixed(hash, &type, sizeof type);
            if (type == INTEGER) {
                int64_t value = sqlite3_column_int64(query, at);
                hash = mixed(hash, &value, 8);
            } else if (type == REAL) {
                double value = sqlite3_column_double(query, at);
                hash = mixed(hash, &value, 8);
            } else if (type == TEXT) {
                const unsigned char *text = sqlite3_column_text(query, at);
                hash = mixed(hash, text, (size_t)sqlite3_column_bytes(query, at));
            }
        }
        bag += hash;
    }
    must(code == DONE);
    sqlite3_reset(query);
    return bag;
}

static void run(sqlite3_stmt *statement) {
    must(sqlite3_step(statement) == DONE);
    sqlite3_reset(statement);
}

/* A value as the file of databases has it: i1, r1.5, tabc, n. */
typedef struct {
    char kind;
    int64_t integer;
    double real;
    const char *text;
    int length;
} Value;

static void bind(sqlite3_stmt *insert, int place, const Value *value) {
    if (value->kind == 'i') sqlite3_bind_int64(insert, place, value->integer);
    else if (value->kind == 'r') sqlite3_bind_double(insert, place, value->real);
    else if (value->kind == 't') sqlite3_bind_text(insert, place, value->text, value->length, (void (*)(void *))-1);
    else sqlite3_bind_null(insert, place);
}

enum { TABLES = 3, COLUMNS = 4, MOST_ROWS = 1 << 20, END = -1 };

/* A row, or the end of a database. */
typedef struct {
    int table, count;
    Value values[COLUMNS];
} Row;

int main(int count, char **words) {
    static const char *clear[] = {"DELETE FROM users", "DELETE FROM orders", "DELETE FROM items"};
    static const char *insert[] = {
        "INSERT OR IGNORE INTO users VALUES (?, ?, ?)",
        "INSERT OR IGNORE INTO orders VALUES (?, ?, ?)",
        "INSERT OR IGNORE INTO items VALUES (?, ?, ?, ?)",
    };
    if (count != 6) return 2;

    char *file = text_of(words[4]);
    Row *rows = calloc(MOST_ROWS, sizeof *rows);
    long used = 0, databases = 0;
    for (char *line = strtok(file, "\n"); line && used < MOST_ROWS; line = strtok(NULL, "\n")) {
        Row *row = &rows[used++];
        if (*line == ';') {
            row->table = END;
            databases++;
            continue;
        }
        row->table = *line - '0';
        for (char *at = strchr(line, '\t'); at && row->count < COLUMNS; row->count++) {
            Value *value = &row->values[row->count];
            *at++ = 0;
            value->kind = *at++;
            value->text = at;
            at = strchr(at, '\t');
            value->length = (int)(at ? (size_t)(at - value->text) : strlen(value->text));
            value->integer = strtoll(value->text, NULL, 10);
            value->real = strtod(value->text, NULL);
        }
    }

    /* With all that makes it fast: no locks, and memory of its own for what is small. */
    must(sqlite3_open_v2(":memory:", &db, READWRITE | CREATE | NOMUTEX, NULL) == 0);
    sqlite3_db_config(db, LOOKASIDE, NULL, 1200, 400);
    must(sqlite3_exec(db, text_of(words[1]), NULL, NULL, NULL) == 0);
    must(sqlite3_exec(db, "PRAGMA foreign_keys = off; BEGIN", NULL, NULL, NULL) == 0);
    sqlite3_stmt *clears[TABLES], *inserts[TABLES];
    for (int at = 0; at < TABLES; at++) {
        clears[at] = prepare(clear[at]);
        inserts[at] = prepare(insert[at]);
    }
    sqlite3_stmt *reference = prepare(text_of(words[2])), *answer = prepare(text_of(words[3]));

    long rounds = atol(words[5]), different = 0;
    clock_t since = clock();
    for (long round = 0; round < rounds; round++) {
        for (long at = 0; at < used; at++) {
            for (int table = 0; table < TABLES; table++) run(clears[table]);
            for (; rows[at].table != END; at++) {
                sqlite3_stmt *into = inserts[rows[at].table];
                for (int place = 0; place < rows[at].count; place++) bind(into, place + 1, &rows[at].values[place]);
                run(into);
            }
            different += digest(reference) != digest(answer);
        }
    }
    printf("%.0f %ld %.1f\n", (double)(databases * rounds) * CLOCKS_PER_SEC / (double)(clock() - since), different,
           (double)(used - databases) / (double)databases);
    return different > 0;
}

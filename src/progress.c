/*
 * progress.c
 *	  How far long work has come, told to other sessions while it runs.
 *
 * It stands in the backend's own progress slot, as that of VACUUM does, under a
 * command of its own that the server's views pass over.  The server clears the slot
 * when a (sub)transaction fails, and a session that goes takes it along.  What
 * succeeds leaves it behind: it counts for the statement in which it began, while
 * that runs, and for no other.
 *
 * No personal data may come here: names of operations and phases, and counts.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/backend_progress.h"
#include "utils/backend_status.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "progress.h"

#define PROGRESS_OF_EQUITY	((ProgressCommandType) 0x65717479)

enum
{
	ROWS_A_REPORT = 100000,
	MICROSECONDS_A_NOTICE = 1000000
};

/* What the slot holds, a whole number of its int64 parameters */
typedef struct Progress
{
	int64		done;
	int64		total;			/* 0 when it is not known */
	TimestampTz statement;		/* when the statement began in which the work did */
	TimestampTz started;
	TimestampTz phase_started;
	int64		round_id;		/* 0 for work on no round */
	char		operation[40];
	char		phase[72];
} Progress;

#define PROGRESS_WORDS		(sizeof(Progress) / sizeof(int64))

StaticAssertDecl(PROGRESS_WORDS <= PGSTAT_NUM_PROGRESS_PARAM, "the progress fits in the slot");
StaticAssertDecl(sizeof(Progress) % sizeof(int64) == 0, "the progress is whole words");

bool		equity_progress_notices = false;

static Progress progress;
static TimestampTz last_notice;

/* Is the work that was begun last that of the statement which runs now? */
static bool
is_under_way(void)
{
	return progress.operation[0] != '\0' &&
		progress.statement == GetCurrentStatementStartTimestamp();
}

static void
notice_progress(TimestampTz now)
{
	double		seconds = (now - progress.phase_started) / 1e6;
	int			percent;

	if (!equity_progress_notices || now - last_notice < MICROSECONDS_A_NOTICE)
		return;
	last_notice = now;
	if (progress.total <= 0 || progress.done <= 0)
	{
		ereport(NOTICE,
				(errmsg("%s: %s, " INT64_FORMAT " done", progress.operation, progress.phase,
						progress.done)));
		return;
	}
	percent = (int) (100.0 * progress.done / Max(progress.total, progress.done));
	ereport(NOTICE,
			(errmsg("%s: %s, " INT64_FORMAT " of " INT64_FORMAT " done (%d %%), %.0f s left",
					progress.operation, progress.phase, progress.done, progress.total, percent,
					seconds * Max(progress.total - progress.done, 0) / progress.done)));
}

/* Write the slot. */
static void
report(void)
{
	int			places[PROGRESS_WORDS];
	int64		words[PROGRESS_WORDS];

	for (int i = 0; i < (int) PROGRESS_WORDS; i++)
		places[i] = i;
	memcpy(words, &progress, sizeof(progress));
	pgstat_progress_start_command(PROGRESS_OF_EQUITY, InvalidOid);
	pgstat_progress_update_multi_param(PROGRESS_WORDS, places, words);
	notice_progress(GetCurrentTimestamp());
}

/* Copy what fits, in whole characters. */
static void
set_name(char *name, int size, const char *value)
{
	int			length = pg_mbcliplen(value, strlen(value), size - 1);

	memset(name, 0, size);
	memcpy(name, value, length);
}

static void
begin(const char *operation, int64 round_id)
{
	progress = (Progress) {
		.statement = GetCurrentStatementStartTimestamp(), .started = GetCurrentTimestamp(),
		.round_id = round_id
	};
	last_notice = 0;
	set_name(progress.operation, sizeof(progress.operation), operation);
}

void
progress_begin_alone(const char *operation)
{
	if (!is_under_way())
		begin(operation, 0);
}

void
progress_phase(const char *phase, double total)
{
	if (!is_under_way())
		return;
	progress.done = 0;
	progress.total = total < 1e18 ? (int64) total : 0;
	progress.phase_started = GetCurrentTimestamp();
	set_name(progress.phase, sizeof(progress.phase), phase);
	report();
}

void
progress_count_row(void)
{
	if (++progress.done % ROWS_A_REPORT == 0 && is_under_way())
		report();
}

PG_FUNCTION_INFO_V1(equity_report_progress);

/* What an operation in SQL reports: its name, its round, the phase that begins, and its rows. */
Datum
equity_report_progress(PG_FUNCTION_ARGS)
{
	char	   *operation = text_to_cstring(PG_GETARG_TEXT_PP(0));
	int64		round_id = PG_GETARG_INT64(1);

	if (!is_under_way() || round_id != progress.round_id ||
		strcmp(operation, progress.operation) != 0)
		begin(operation, round_id);
	progress_phase(text_to_cstring(PG_GETARG_TEXT_PP(2)), PG_GETARG_INT64(3));
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(equity_count_row);

Datum
equity_count_row(PG_FUNCTION_ARGS)
{
	progress_count_row();
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* ---- reading ---- */

/* Does a backend do work in this database, in the statement that it runs? */
static bool
has_progress(const PgBackendStatus *backend, Progress *found)
{
	if (backend->st_progress_command != PROGRESS_OF_EQUITY ||
		backend->st_databaseid != MyDatabaseId || backend->st_state != STATE_RUNNING)
		return false;
	memcpy(found, backend->st_progress_param, sizeof(*found));
	return found->statement == backend->st_activity_start_timestamp;
}

PG_FUNCTION_INFO_V1(equity_progress_slots);

Datum
equity_progress_slots(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 1; i <= pgstat_fetch_stat_numbackends(); i++)
	{
		const PgBackendStatus *backend = backend_status(i);
		Progress	found;
		Datum		values[8];
		bool		nulls[8] = {false};

		if (!has_progress(backend, &found))
			continue;
		values[0] = Int32GetDatum(backend->st_procpid);
		values[1] = CStringGetTextDatum(found.operation);
		values[2] = Int64GetDatum(found.round_id);
		nulls[2] = found.round_id == 0;
		values[3] = CStringGetTextDatum(found.phase);
		values[4] = Int64GetDatum(found.done);
		values[5] = Int64GetDatum(Max(found.total, found.done));
		nulls[5] = found.total == 0;
		values[6] = TimestampTzGetDatum(found.started);
		values[7] = TimestampTzGetDatum(found.phase_started);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

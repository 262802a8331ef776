/* DescribeContinuousBackups, UpdateContinuousBackups, and the history that they switch on. */
#include "emulator/services/dynamodb/backup/recovery.h"

#include "emulator/services/dynamodb/backup/backup.h"
#include "emulator/services/dynamodb/store/history_store.h"

static const int64_t day_micros = 24 * 3600 * MICROS_PER_SECOND;
/* "Typically five minutes before the current time." (PointInTimeRecoveryDescription) */
static const int64_t latest_lag_micros = 300 * MICROS_PER_SECOND;

struct err ddb_history_note(struct call *call, const struct ddb_stored_change *change)
{
    const struct ddb_table *table = change->table;
    if ((!table->history_micros && !table->is_copied) || ddb_stored_change_is_none(change))
        return OK;
    if (table->history_micros)
        call_due_at(call, call->now_micros + (table->recovery_days + 1) * day_micros);
    return ddb_store_add_history(call, table, change->key, change->old_bytes);
}

/* Clients send whole seconds, so the window that they are shown begins and ends with one. */
static int64_t second_before(int64_t micros)
{
    return micros - micros % MICROS_PER_SECOND;
}

static int64_t second_after(int64_t micros)
{
    return second_before(micros + MICROS_PER_SECOND - 1);
}

static int64_t reach(const struct call *call, const struct ddb_table *table)
{
    int64_t period_began = call->now_micros - table->recovery_days * day_micros;
    return table->history_micros > period_began ? table->history_micros : period_began;
}

int64_t ddb_recovery_earliest(const struct call *call, const struct ddb_table *table)
{
    return second_after(reach(call, table));
}

int64_t ddb_recovery_latest(const struct call *call, const struct ddb_table *table)
{
    int64_t latest = second_before(call->now_micros - latest_lag_micros);
    int64_t earliest = ddb_recovery_earliest(call, table);
    return latest > earliest ? latest : earliest;
}

struct err ddb_recovery_keep_deleted(struct call *call, const struct ddb_table *table)
{
    struct ddb_backup backup;
    int64_t expires = call->now_micros + RECOVERY_DAYS_MAX * day_micros;
    struct slice name =
        arena_printf(call->arena, SLICE_FMT "$DeletedTableBackup", SLICE_ARG(table->name));
    if (!table->history_micros)
        return OK;
    call_due_at(call, expires);
    return ddb_backup_make(call, table, name, DYNAMODB_BACKUP_TYPE_SYSTEM, expires, &backup);
}

static struct dynamodb_continuous_backups_description *describe(struct call *call,
                                                                const struct ddb_table *table)
{
    struct dynamodb_continuous_backups_description *out =
        ARENA_NEW(call->arena, struct dynamodb_continuous_backups_description);
    struct dynamodb_point_in_time_recovery_description *recovery =
        ARENA_NEW(call->arena, struct dynamodb_point_in_time_recovery_description);
    out->continuous_backups_status = DYNAMODB_CONTINUOUS_BACKUPS_STATUS_ENABLED;
    out->point_in_time_recovery_description = recovery;
    recovery->point_in_time_recovery_status = DYNAMODB_POINT_IN_TIME_RECOVERY_STATUS_DISABLED;
    if (!table->history_micros)
        return out;
    *recovery = (struct dynamodb_point_in_time_recovery_description){
        .point_in_time_recovery_status = DYNAMODB_POINT_IN_TIME_RECOVERY_STATUS_ENABLED,
        .recovery_period_in_days = SET_I64(table->recovery_days),
        .earliest_restorable_date_time = SET_TIME(ddb_recovery_earliest(call, table)),
        .latest_restorable_date_time = SET_TIME(ddb_recovery_latest(call, table)),
    };
    return out;
}

struct err dynamodb_describe_continuous_backups(
    struct call *call, const struct dynamodb_describe_continuous_backups_input *in,
    struct dynamodb_describe_continuous_backups_output *out)
{
    struct ddb_table table;
    TRY(ddb_backup_require_table(call, in->table_name, &table));
    out->continuous_backups_description = describe(call, &table);
    return OK;
}

/* What a shorter period has given up does not come back with a longer one. */
static struct err switch_on(struct call *call, struct ddb_table *table, struct opt_i64 days)
{
    bool was_on = table->history_micros != 0;
    table->history_micros = was_on ? reach(call, table) : call->now_micros;
    if (days.is_set)
        table->recovery_days = days.value;
    else if (!was_on)
        table->recovery_days = RECOVERY_DAYS_MAX;
    call_due_at(call, call->now_micros);
    return ddb_store_set_recovery_period(call, table, table->recovery_days * day_micros);
}

static struct err switch_off(struct call *call, struct ddb_table *table)
{
    table->history_micros = table->recovery_days = 0;
    TRY(ddb_store_remove_recovery_period(call, table));
    return table->is_copied ? OK : ddb_store_remove_history(call, table);
}

struct err dynamodb_update_continuous_backups(
    struct call *call, const struct dynamodb_update_continuous_backups_input *in,
    struct dynamodb_update_continuous_backups_output *out)
{
    const struct dynamodb_point_in_time_recovery_specification *wanted =
        in->point_in_time_recovery_specification;
    struct ddb_table table;
    TRY(ddb_backup_require_table(call, in->table_name, &table));
    if (table.state.status == DDB_CREATING)
        return fail(call, &DYNAMODB_CONTINUOUS_BACKUPS_UNAVAILABLE_EXCEPTION,
                    "Backups are being enabled for the table: " SLICE_FMT ". Please retry later",
                    SLICE_ARG(table.name));
    if (wanted->point_in_time_recovery_enabled.value)
        TRY(switch_on(call, &table, wanted->recovery_period_in_days));
    else
        TRY(switch_off(call, &table));
    TRY(ddb_store_update_table(call, &table));
    out->continuous_backups_description = describe(call, &table);
    return OK;
}

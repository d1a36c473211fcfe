using Npgsql;

namespace Padron.MartenExtensions;

/// <summary>How far a reader of events has come: one row of <c>mt_event_progression</c> a reader.</summary>
public static class Progression
{
    /// <returns>The last position applied; 0 when the reader never ran.</returns>
    public static async Task<long> ReadAsync(NpgsqlConnection connection, string name, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand("select last_seq_id from events.mt_event_progression where name = $1", connection)
        {
            Parameters = { new() { Value = name } },
        };
        return await command.ExecuteScalarAsync(ct) is long position ? position : 0;
    }

    /// <summary>
    /// Makes the caller's transaction the one writer of what belongs to the progression, to its end: whoever folds a page writes this row first. Waits for the
    /// page in flight.
    /// </summary>
    /// <returns>The last position applied; 0 when the reader never ran.</returns>
    public static async Task<long> LockAsync(NpgsqlConnection connection, string name, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand(
            "insert into events.mt_event_progression (name, last_seq_id) values ($1, 0) on conflict (name) do nothing", connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = name } },
        };
        await command.ExecuteNonQueryAsync(ct);
        command.CommandText = "select last_seq_id from events.mt_event_progression where name = $1 for update";
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Moves it on, in the caller's transaction, to a position that it may have passed.</summary>
    public static async Task AdvanceAsync(NpgsqlConnection connection, string name, long to, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into events.mt_event_progression as p (name, last_seq_id) values ($1, $2)
            on conflict (name) do update set last_seq_id = excluded.last_seq_id, last_updated = now() where p.last_seq_id < excluded.last_seq_id
            """,
            connection)
        {
            Parameters = { new() { Value = name }, new() { Value = to } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Compare-and-set inside the caller's transaction: the reader's rows and its progression commit together.</summary>
    /// <returns>False when somebody else moved the progression: roll back, this reader has been replaced.</returns>
    public static async Task<bool> MoveAsync(NpgsqlConnection connection, string name, long from, long to, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into events.mt_event_progression as p (name, last_seq_id)
            select $1, $3 where $2 = 0 or exists (select from events.mt_event_progression where name = $1)
            on conflict (name) do update set last_seq_id = excluded.last_seq_id, last_updated = now()
             where p.last_seq_id = $2
            """,
            connection)
        {
            Parameters = { new() { Value = name }, new() { Value = from }, new() { Value = to } },
        };
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>
    /// Says, in the transaction that does it, that the reader's rows change though it reads no event: who keeps what was computed from them sees that its row
    /// was written.
    /// </summary>
    public static async Task TouchAsync(NpgsqlConnection connection, string name, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand("update events.mt_event_progression set last_updated = now() where name = $1", connection)
        {
            Parameters = { new() { Value = name } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Forgets a reader, in the caller's transaction.</summary>
    /// <returns>False when it never ran.</returns>
    public static async Task<bool> RemoveAsync(NpgsqlConnection connection, string name, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand("delete from events.mt_event_progression where name = $1", connection)
        {
            Parameters = { new() { Value = name } },
        };
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }
}

using Npgsql;

namespace Padron.MartenExtensions.Bulk;

/// <summary>
/// Indexes that a bulk load left out, foreign keys that it did not check and the like: built and validated last, without keeping anybody from reading or writing, by
/// whoever comes first.
/// </summary>
public static class LaterIndexes
{
    const string SortMemory = "1GB"; // a text index is built by how much of it fits here: one at a time, so there is room

    const string Lock = "hashtextextended('padron later indexes', 0)";

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Builds those that are missing. Killed in between, whoever calls it next does the rest.</summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="progress">Told after each; not at all when none is missing.</param>
    /// <param name="ct">Stops; an index that was half built is built anew.</param>
    public static async Task BuildAsync(NpgsqlDataSource dataSource, IProgress<IndexProgress>? progress, CancellationToken ct = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        if (await MissingAsync(connection, ct) is [])
            return;

        // By tries: whoever waits inside a statement holds a snapshot, and an index that is built concurrently waits for that.
        while (await ScalarAsync(connection, $"select pg_try_advisory_lock({Lock})", ct) is not true)
            await Task.Delay(Pause, ct);
        try
        {
            var missing = await MissingAsync(connection, ct);
            await ExecuteAsync(connection, $"set maintenance_work_mem = '{SortMemory}'", ct);
            for (var built = 0; built < missing.Count; built++)
            {
                progress?.Report(new(built, missing.Count));
                await BuildAsync(connection, missing[built], ct);
                progress?.Report(new(built + 1, missing.Count));
            }
        }
        finally
        {
            if (connection.State is System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, $"reset maintenance_work_mem; select pg_advisory_unlock({Lock})", CancellationToken.None);
        }
    }

    /// <summary>Writes down one that is to be done, in the caller's transaction.</summary>
    public static async Task RememberAsync(NpgsqlConnection connection, string name, string definition, CancellationToken ct) =>
        await ScalarAsync(connection, "insert into bulk.later_indexes (name, definition) values ($1, $2) on conflict (name) do nothing", ct, name, definition);

    /// <summary>Writes down what the live tables have of them, in the transaction that drops those tables.</summary>
    internal static async Task RememberIndexesAsync(NpgsqlConnection connection, IReadOnlyList<string> tables, IReadOnlyList<string> names, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into bulk.later_indexes (name, definition)
            select format('%I.%I', n.nspname, c.relname), replace(pg_get_indexdef(i.indexrelid), 'CREATE INDEX ', 'create index concurrently ')
              from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
             where i.indrelid = any ($1::regclass[]) and c.relname = any ($2::text[])
            """,
            connection)
        {
            Parameters = { new() { Value = tables.ToArray() }, new() { Value = names.ToArray() } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task BuildAsync(NpgsqlConnection connection, (string Name, string Definition) index, CancellationToken ct)
    {
        const string IsValid = "select (select indisvalid from pg_index where indexrelid = to_regclass($1))";
        var there = await ScalarAsync(connection, IsValid, ct, index.Name);
        if (there is false) // begun by somebody who was killed
            await ExecuteAsync(connection, $"drop index {index.Name}", ct);
        if (there is not true)
            await ExecuteAsync(connection, index.Definition, ct);
        await ScalarAsync(connection, "delete from bulk.later_indexes where name = $1", ct, index.Name);
    }

    static async Task<List<(string Name, string Definition)>> MissingAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select name, definition from bulk.later_indexes order by name desc", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var missing = new List<(string, string)>();
        while (await reader.ReadAsync(ct))
            missing.Add((reader.GetString(0), reader.GetString(1)));
        return missing;
    }

    static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteScalarAsync(ct);
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}

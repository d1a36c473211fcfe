using System.Text.Json;
using Npgsql;

namespace Padron.Application.Imports.Load;

/// <summary>Settings of the whole server for the time of an initial load. Only of Padrón's own: somebody else's server is somebody else's to set.</summary>
/// <remarks>What stood before is kept in the load's row until it is put back, so a crash in between loses nothing.</remarks>
static class LoadSettings
{
    // Why these and no others of the customer's list: docs/adr/0014-bulk-load.md.
    static readonly (string Name, string Value)[] Wanted =
    [
        ("max_wal_size", "16GB"), // a checkpoint in the middle would wait for the disk while rows come in
        ("checkpoint_timeout", "1h"),
        ("wal_compression", "off"), // of a new index every page is logged whole, and compressing them is 40 % of the work
    ];

    const string IsOurs = """
        select (select rolsuper from pg_roles where rolname = current_user) and current_setting('cluster_name') = 'padron' and current_database() = 'padron'
        """;

    public static async Task SetAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (await ScalarAsync(connection, IsOurs, ct) is not true)
            return;

        // What ALTER SYSTEM had set; null for what it had not.
        await using (var remember = new NpgsqlCommand(
            """
            update bulk.load set settings = (
                select jsonb_object_agg(w.name, (select setting from pg_file_settings f where f.name = w.name and f.sourcefile like '%/postgresql.auto.conf' order by seqno desc limit 1))
                  from unnest($1::text[]) w (name))
             where settings is null
            """,
            connection)
        {
            Parameters = { new() { Value = Wanted.Select(setting => setting.Name).ToArray() } },
        })
        {
            await remember.ExecuteNonQueryAsync(ct);
        }

        foreach (var (name, value) in Wanted)
            await ExecuteAsync(connection, $"alter system set {name} = '{value}'", ct);
        await ExecuteAsync(connection, "select pg_reload_conf()", ct);
    }

    public static async Task RestoreAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (await ScalarAsync(connection, "select settings::text from bulk.load", ct) is not string settings)
            return;
        using var before = JsonDocument.Parse(settings);
        foreach (var setting in before.RootElement.EnumerateObject())
        {
            await ExecuteAsync(
                connection,
                setting.Value.GetString() is { } value ? $"alter system set {setting.Name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'" : $"alter system reset {setting.Name}",
                ct);
        }

        await ExecuteAsync(connection, "select pg_reload_conf()", ct);
        await ExecuteAsync(connection, "update bulk.load set settings = null", ct);
    }

    static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct);
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}

using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Padron.Application.Imports.Load;

/// <summary>Settings of the whole server for the time of an initial load. Only of Padrón's own: somebody else's server is somebody else's to set.</summary>
/// <remarks>What stood before is kept in the load's row until it is put back, so a crash in between loses nothing.</remarks>
static class LoadSettings
{
    const long Megabyte = 1 << 20;
    const long LeastLog = 64; // MB; the server needs two segments
    const long MostLog = 16 << 10;
    const int LogShare = 8; // of what is free

    // Why these and no others of the customer's list: docs/adr/0014-bulk-load.md.
    static (string Name, string Value)[] Wanted(DiskSpace? disk) =>
    [
        // A checkpoint in the middle would wait for the disk while rows come in; but the log must not fill a small disk.
        ("max_wal_size", string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp((disk?.FreeBytes ?? long.MaxValue) / LogShare / Megabyte, LeastLog, MostLog)}MB")),
        ("checkpoint_timeout", "1h"),
        ("wal_compression", "off"), // of a new index every page is logged whole, and compressing them is 40 % of the work
    ];

    const string IsOurs = """
        select (select rolsuper from pg_roles where rolname = current_user) and current_setting('cluster_name') = 'padron' and current_database() = 'padron'
        """;

    /// <param name="connection">The load's.</param>
    /// <param name="disk">The server's; null where it can't be seen.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task SetAsync(NpgsqlConnection connection, DiskSpace? disk, CancellationToken ct)
    {
        var wanted = Wanted(disk);
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
            Parameters = { new() { Value = wanted.Select(setting => setting.Name).ToArray() } },
        })
        {
            await remember.ExecuteNonQueryAsync(ct);
        }

        foreach (var (name, value) in wanted)
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

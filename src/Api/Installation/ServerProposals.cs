using System.Globalization;
using Npgsql;

namespace Padron.Api.Installation;

/// <summary>What would serve Padrón better on a server that is not its own. It is proposed and never set: others may use that server.</summary>
/// <remarks>Figures and reasons: <c>ops/postgres.conf</c> and ADR 14.</remarks>
static class ServerProposals
{
    const long Megabyte = 1 << 20;
    const long EnoughBuffers = 2048; // MB; more gains little
    const long LoadLog = 16 << 10;

    const string Sql = """
        select name, context, current_setting(name) as value,
               case when unit in ('B', 'kB', '8kB', 'MB') then pg_size_bytes(current_setting(name)) when vartype = 'integer' then setting::bigint end as number
          from pg_settings where name = any ($1)
        """;

    static readonly string[] Names = ["shared_buffers", "wal_buffers", "wal_level", "max_connections", "max_wal_size", "wal_compression", "jit"];

    /// <param name="dataSource">The server.</param>
    /// <param name="memory">Of the server's machine; null when it is another one.</param>
    /// <param name="pool">Connections that one process opens at most.</param>
    /// <param name="ct">Cancels the query.</param>
    public static async Task<IReadOnlyList<Check>> ReadAsync(NpgsqlDataSource dataSource, long? memory, int pool, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = Names });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var checks = new List<Check>();
        while (await reader.ReadAsync(ct))
        {
            var number = await reader.IsDBNullAsync(3, ct) ? 0 : reader.GetInt64(3);
            if (Propose(reader.GetString(0), reader.GetString(2), number, memory, pool) is { } proposal)
                checks.Add(new($"server: {reader.GetString(0)}", CheckResult.Advice, $"{reader.GetString(2)}; {proposal}{(reader.GetString(1) is "postmaster" ? " (takes a restart)" : "")}"));
        }

        return checks;
    }

    static string? Propose(string name, string value, long number, long? memory, int pool)
    {
        var buffers = Math.Clamp((memory ?? long.MaxValue) / 4 / Megabyte, 128, EnoughBuffers);
        return name switch
        {
            "shared_buffers" when number < buffers * Megabyte => $"{Megabytes(buffers)} or more: a quarter of the server's memory",
            "wal_buffers" when number < 16 * Megabyte => "16MB: a load writes log faster than it is flushed",
            "wal_level" when value is "minimal" => "replica: without it there is no backup while the server runs, and no recovery to a moment",
            "max_connections" when number < 2 * pool => $"{2 * pool} or more: two processes with full pools of {pool} (PADRON_DATABASE_POOL_MAX)",
            "max_wal_size" when number < LoadLog * Megabyte => "16GB while millions are imported: each checkpoint in between waits for the disk and logs whole pages again",
            "wal_compression" when value is not "off" => "off while millions are imported: compressing the pages of new indexes is 40 % of building them",
            "jit" when value is "on" => "off: statements take milliseconds, compiling one takes hundreds",
            _ => null,
        };
    }

    static string Megabytes(long value) => string.Create(CultureInfo.InvariantCulture, $"{value}MB");
}

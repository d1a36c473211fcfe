using Npgsql;

namespace Padron.Application.Imports.Watching;

/// <summary>The disks on which the server keeps data and log, where they are this machine's. Those of another machine can't be seen, and are not guessed at.</summary>
public sealed class ServerDisk(NpgsqlDataSource dataSource, IMachine machine)
{
    // Whoever may not know the directory sees no such setting.
    const string Directories = """
        select s.setting, inet_server_addr() is null, pg_postmaster_start_time(),
               array(select pg_tablespace_location(oid) from pg_tablespace where pg_tablespace_location(oid) <> '')
          from pg_settings s where s.name = 'data_directory'
        """;

    string[]? directories;

    /// <returns>The disk with the least free space; null when none can be seen from here.</returns>
    public async Task<DiskSpace?> ReadAsync(CancellationToken ct)
    {
        directories ??= await FindAsync(ct);
        return directories.Select(machine.DiskOf).Where(disk => disk is not null).OrderBy(disk => disk!.Value.FreeBytes).FirstOrDefault();
    }

    // Over a socket the server is on this machine; a TCP address says nothing, because it may be a port of a container or the end of a tunnel.
    async Task<string[]> FindAsync(CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(Directories);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return [];
        var data = reader.GetString(0);
        return reader.GetBoolean(1) || machine.RunsServer(data, await reader.GetFieldValueAsync<DateTimeOffset>(2, ct))
            ? [data, Path.Combine(data, "pg_wal"), .. await reader.GetFieldValueAsync<string[]>(3, ct)]
            : [];
    }
}

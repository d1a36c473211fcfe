using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Padron.MartenExtensions.Daemon;

namespace Padron.Application.Imports.Phases;

/// <summary>An entry of the manifest: the events with <paramref name="AfterPosition"/> &lt; position &lt;= <paramref name="Position"/>.</summary>
public sealed record EventIncrement(long AfterPosition, long Position, long Events, string File, long Bytes, string Sha256);

/// <summary>
/// Saves the events that came since the last time, as a file for COPY, and lists it in a manifest beside it. Works beside an import: what is saved is final,
/// also of an initial load whose tables are not the live ones yet.
/// </summary>
/// <param name="directory">Of one import; made when it is missing.</param>
sealed class EventIncrements(NpgsqlDataSource dataSource, string directory)
{
    internal const string Columns =
        "seq_id, id, stream_id, version, data, bdata, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, user_name, is_archived";

    const string IsLoading = "select to_regclass('loading.mt_events') is not null";
    const string First = "select seq_id - 1 from events.mt_events where stream_id = $1 and version = 1";

    readonly string manifest = Path.Combine(directory, ManifestName);

    public const string ManifestName = "manifest.json";

    /// <summary>Saves what came since; a file that was not finished is written anew.</summary>
    /// <param name="importId">The import, whose first event is the first that is saved.</param>
    /// <param name="ct">Stops; the manifest lists whole files only.</param>
    /// <returns>Null when nothing came.</returns>
    public async Task<EventIncrement?> SaveAsync(Guid importId, CancellationToken ct)
    {
        var saved = await ReadAsync(directory, ct);
        var after = saved is [.., var last] ? last.Position : await FirstAsync(importId, ct);
        var position = await AppendsInFlight.SettleAsync(dataSource, ct);
        if (position <= after)
            return null;

        PrivateFiles.CreateDirectory(directory);
        var name = $"events-{after + 1}-{position}.copy";
        var path = Path.Combine(directory, name);
        var (events, sha256) = await WriteAsync(path, after, position, ct);
        var increment = new EventIncrement(after, position, events, name, new FileInfo(path).Length, sha256);
        await using (var file = PrivateFiles.Create(manifest + ".new"))
        {
            await JsonSerializer.SerializeAsync(file, [.. saved, increment], IncrementJson.Default.EventIncrementArray, ct);
            file.Flush(flushToDisk: true);
        }

        File.Move(manifest + ".new", manifest, overwrite: true);
        return increment;
    }

    /// <returns>What a directory's manifest lists, in order; nothing when there is none.</returns>
    public static async Task<IReadOnlyList<EventIncrement>> ReadAsync(string directory, CancellationToken ct)
    {
        var path = Path.Combine(directory, ManifestName);
        if (!File.Exists(path))
            return [];
        await using var file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync(file, IncrementJson.Default.EventIncrementArray, ct) ?? [];
    }

    async Task<(long Events, string Sha256)> WriteAsync(string path, long after, long position, CancellationToken ct)
    {
        while (true)
        {
            await using var connection = await dataSource.OpenConnectionAsync(ct);
            var loading = await new NpgsqlCommand(IsLoading, connection).ExecuteScalarAsync(ct) is true;
            try
            {
                await using var copy = await connection.BeginRawBinaryCopyAsync($"copy ({Select("events", after, position)}{(loading ? $" union all {Select("loading", after, position)}" : "")}) to stdout (format binary)", ct);
                return await WriteAsync(path, copy, ct);
            }
            catch (PostgresException error) when (loading && error.SqlState is PostgresErrorCodes.UndefinedTable)
            {
                // They have just become the live ones.
            }
        }
    }

    static async Task<(long Events, string Sha256)> WriteAsync(string path, Stream copy, CancellationToken ct)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var rows = new CopyRowCount();
        await using (var file = PrivateFiles.Create(path))
        {
            var buffer = new byte[1 << 16];
            for (int read; (read = await copy.ReadAsync(buffer, ct)) > 0;)
            {
                sha256.AppendData(buffer, 0, read);
                rows.Add(buffer.AsSpan(0, read));
                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }

            file.Flush(flushToDisk: true);
        }

        return (rows.Rows, Convert.ToHexStringLower(sha256.GetHashAndReset()));
    }

    // Positions are ours and no user's text: COPY takes no parameters.
    static string Select(string schema, long after, long position) =>
        FormattableString.Invariant($"select {Columns} from {schema}.mt_events where seq_id > {after} and seq_id <= {position}");

    async Task<long> FirstAsync(Guid importId, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(First);
        command.Parameters.Add(new() { Value = importId });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(EventIncrement[]))]
sealed partial class IncrementJson : JsonSerializerContext;

using System.Diagnostics;
using Npgsql;
using Padron.Adapters.Samples;
using Padron.Application.Imports;
using Padron.Application.Imports.Phases;
using Padron.Application.Imports.Validation;
using Padron.Application.Numbering;
using Padron.Benchmarks.Harness;
using Padron.Domain.Imports;
using Padron.Projections.Search;

namespace Padron.Benchmarks;

/// <summary>
/// The import of a file into an empty register: until contacts can be extracted, and to its end; beside what no loader can do without.
/// </summary>
/// <remarks>
/// Afterwards the rows of the four tables are copied out in binary form, and the loader that stands beside reads no SQLite, decides nothing, encodes
/// nothing and commits nothing in between: it sends those very bytes on two connections to tables of the same shape, builds the same indexes, two at a
/// time, and analyzes.
/// </remarks>
static class LoadBench
{
    public const string Area = "load";

    const double ReadyAsked = 35_000;
    const double WholeAsked = 25_000;
    const double ShareAsked = 0.9;

    const int Connections = 2;
    const int Block = 1 << 16;

    const long Million = 1_000_000;

    static readonly ImportOrder Order =
        new(DryRun: false, KeepPartial: false, BackUpBefore: false, BackUpAfter: false, BackUpEvery: null, BackupDirectory: null);

    static readonly string[] Tables = ["events.mt_events", "events.mt_streams", "read.contact_states", "read.contact_profiles"];

    public static async Task RunAsync(Bench bench)
    {
        await using var register = await Register.OpenAsync();
        var sample = new SampleOptions { DatabasePath = Path.Combine(register.Directory, "sample.db"), Rows = bench.Rows, Seed = 1 };
        await SampleWriter.WriteAsync(sample);
        await register.Get<LoadNumberingPlanHandler>().HandleAsync(Path.ChangeExtension(sample.DatabasePath, ".plan.csv"), TimeProvider.System.GetUtcNow());

        var (ready, whole) = (
            new Series(Area, "load an empty register until it can be extracted from", "contacts"),
            new Series(Area, "the whole import, with sample, validation, searches and statistics", "contacts"));
        var (bareReady, bareAll) = (ready.Beside("COPY and indexes of the same rows"), whole.Beside("COPY and indexes of the same rows, with those of searches"));
        var clock = new LoadClock();
        ImportResult? result = null;
        await whole.Measured.MeasureAsync(async () =>
        {
            result = await register.Get<ImportProcess>().HandleAsync(new(sample.DatabasePath, Resume: false, Order, "bench"), clock);
            return result.Tally.Imported;
        });
        var contacts = result!.Tally.Imported;
        ready.Measured.Add(contacts, clock.Ready);
        ready.Note = $"{clock.RowsIn.TotalSeconds:N1} s for the rows, the rest for indexes, statistics and the exchange; the importer's memory {Environment.WorkingSet >> 20:N0} MiB";
        whole.Note = $"validated to {result.Validation!.Score:0.##} %; bytes a contact: {await SizesAsync(register, contacts)}{await PaceAsync(register, result.ImportId)}";
        File.Delete(sample.DatabasePath);

        var parts = await DumpAsync(register);
        await CreateAsync(register);
        var bare = new TaskCompletionSource();
        await Task.WhenAll(
            bareReady.MeasureAsync(async () =>
            {
                await bare.Task;
                return contacts;
            }),
            bareAll.MeasureAsync(async () =>
            {
                await Task.WhenAll(parts.Select(part => CopyAsync(register, part)));
                await IndexAsync(register, search: false);
                foreach (var table in Tables)
                    await register.ExecuteAsync($"analyze {Name(table)}");
                bare.SetResult();
                await IndexAsync(register, search: true);
                return contacts;
            }));
        bench.Add(ready.ToFigure(ready.Floor(ReadyAsked), ready.FloorOf(bareReady, ShareAsked)));
        bench.Add(whole.ToFigure(whole.Floor(WholeAsked)));
    }

    // As the load's own COPY has them: what is generated or left to its default is not sent.
    static Task<string> ColumnsAsync(Register register, string table) => table switch
    {
        "events.mt_events" => Task.FromResult("seq_id, id, stream_id, version, data, type, timestamp, correlation_id, user_name"),
        "events.mt_streams" => Task.FromResult("id, version, timestamp, created"),
        _ => register.ScalarAsync<string>(
            "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
            table),
    };

    /// <returns>For each connection its files, with the table and columns of each.</returns>
    static async Task<(string Target, string Path)[][]> DumpAsync(Register register)
    {
        var parts = Enumerable.Range(0, Connections).Select(_ => new List<(string, string)>()).ToArray();
        foreach (var table in Tables)
        {
            var columns = await ColumnsAsync(register, table);
            var blocks = await register.ScalarAsync<long>("select pg_relation_size($1::text::regclass) / current_setting('block_size')::bigint", table);
            for (var part = 0; part < Connections; part++)
            {
                var (from, to) = (blocks * part / Connections, part == Connections - 1 ? uint.MaxValue : blocks * (part + 1) / Connections);
                var path = Path.Combine(register.Directory, $"{table}-{part}.copy");
                await using var connection = await register.DataSource.OpenConnectionAsync();
                await using var rows = await connection.BeginRawBinaryCopyAsync(
                    $"copy (select {columns} from {table} where ctid >= '({from},0)' and ctid < '({to},0)') to stdout (format binary)");
                await using var file = File.Create(path);
                await rows.CopyToAsync(file, Block);
                parts[part].Add(($"{Name(table)} ({columns})", path));
            }
        }

        return [.. parts.Select(part => part.ToArray())];
    }

    static async Task CreateAsync(Register register)
    {
        foreach (var table in Tables)
            await register.ExecuteAsync($"create table {Name(table)} (like {table} including all excluding indexes) with (autovacuum_enabled = off)");
        await register.ExecuteAsync("checkpoint"); // the load's own writes are not this one's to wait for
    }

    static async Task CopyAsync(Register register, (string Target, string Path)[] files)
    {
        await using var connection = await register.DataSource.OpenConnectionAsync();
        foreach (var (target, path) in files)
        {
            await using var rows = await connection.BeginRawBinaryCopyAsync($"copy {target} from stdin (format binary)");
            await using var file = File.OpenRead(path);
            await file.CopyToAsync(rows, Block);
        }
    }

    static async Task IndexAsync(Register register, bool search)
    {
        var definitions = new List<string>();
        await using (var command = register.DataSource.CreateCommand(
            "select replace(indexdef, ' ON ' || schemaname || '.' || tablename || ' ', ' ON bench.' || tablename || ' ') from pg_indexes where schemaname || '.' || tablename = any ($1) and (indexname = any ($2)) = $3"))
        {
            command.Parameters.Add(new() { Value = Tables });
            command.Parameters.Add(new() { Value = ContactSearchIndexes.Names.ToArray() });
            command.Parameters.Add(new() { Value = search });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                definitions.Add(reader.GetString(0));
        }

        await Parallel.ForEachAsync(definitions, new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (definition, ct) =>
        {
            await using var connection = await register.DataSource.OpenConnectionAsync(ct);
            await using var build = new NpgsqlCommand($"set maintenance_work_mem = '512MB'; set max_parallel_maintenance_workers = 0; {definition}", connection) { CommandTimeout = 0 };
            await build.ExecuteNonQueryAsync(ct);
        });
    }

    // With indexes, as the customer's disk has them.
    static async Task<string> SizesAsync(Register register, long contacts)
    {
        var sizes = new List<string>();
        foreach (var table in Tables)
            sizes.Add($"{table} {await register.ScalarAsync<long>("select pg_total_relation_size($1::text::regclass)", table) / contacts:N0}");
        var all = await register.ScalarAsync<long>("select pg_database_size(current_database())") / contacts;
        return $"{string.Join(", ", sizes)}, all of the database {all:N0}";
    }

    // Batches that are stored at once may be stored in any order.
    static async Task<string> PaceAsync(Register register, Guid importId)
    {
        var spread = await register.Get<ImportFigures>().ReadAsync(importId);
        var (paces, latest) = (new List<string>(), DateTimeOffset.MinValue);
        (long Rows, DateTimeOffset At)? begin = null;
        foreach (var point in spread.Pace)
        {
            latest = point.StoredAt > latest ? point.StoredAt : latest;
            begin ??= (point.RowsRead, latest);
            if (point.RowsRead - begin.Value.Rows < Million)
                continue;
            paces.Add($"{(point.RowsRead - begin.Value.Rows) / (latest - begin.Value.At).TotalSeconds:N0}");
            begin = (point.RowsRead, latest);
        }

        return paces is [] ? "" : $"; rows of each million stored at {string.Join(", ", paces)} a second";
    }

    static string Name(string table) => $"bench.{table.Split('.')[1]}";

    /// <summary>When the rows were in and when contacts could be extracted, since the first row: the phases before it are not counted.</summary>
    sealed class LoadClock : IProgress<ImportProgress>
    {
        long began;

        public TimeSpan RowsIn { get; private set; }

        public TimeSpan Ready { get; private set; }

        public void Report(ImportProgress value)
        {
            if (value.Phase < ImportPhase.Trial)
                return;
            began = began == 0 ? Stopwatch.GetTimestamp() : began;
            if (value.Phase is ImportPhase.Validate && Ready == default)
                Ready = Stopwatch.GetElapsedTime(began);
            else if (value is { Phase: <= ImportPhase.Load, Indexes: null })
                RowsIn = Stopwatch.GetElapsedTime(began);
        }
    }
}

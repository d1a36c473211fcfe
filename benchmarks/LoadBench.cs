using Npgsql;
using Padron.Adapters.Samples;
using Padron.Application.Imports;
using Padron.Application.Numbering;
using Padron.Benchmarks.Harness;
using Padron.Projections.Search;

namespace Padron.Benchmarks;

/// <summary>The initial load of an empty register, from the SQLite file to contacts that can be extracted, beside what no loader can do without.</summary>
/// <remarks>
/// Afterwards the rows of the four tables are copied out in binary form, and the loader that stands beside reads no SQLite, decides nothing, encodes
/// nothing and commits nothing in between: it sends those very bytes on two connections to tables of the same shape, builds the same indexes, two at a
/// time, and analyzes.
/// </remarks>
static class LoadBench
{
    public const string Area = "load";

    const int Connections = 2;
    const int Block = 1 << 16;

    static readonly string[] Tables = ["events.mt_events", "events.mt_streams", "read.contact_states", "read.contact_profiles"];

    public static async Task RunAsync(Bench bench)
    {
        await using var register = await Register.OpenAsync();
        var sample = new SampleOptions { DatabasePath = Path.Combine(register.Directory, "sample.db"), Rows = bench.Rows, Seed = 1 };
        await SampleWriter.WriteAsync(sample);
        await register.Get<LoadNumberingPlanHandler>().HandleAsync(Path.ChangeExtension(sample.DatabasePath, ".plan.csv"), TimeProvider.System.GetUtcNow());

        var (ready, all) = (new Series(Area, "load an empty register until it can be extracted from", "contacts"), new Series(Area, "the same, with the indexes of searches", "contacts"));
        var (bareReady, bareAll) = (ready.Beside("COPY and indexes of the same rows"), all.Beside("COPY and indexes of the same rows"));
        var clock = new LoadClock();
        var load = Task.Run(() => register.Get<ImportContactsHandler>().HandleAsync(new(sample.DatabasePath, Resume: false, "bench"), clock));
        await Task.WhenAll(
            ready.Measured.MeasureAsync(async () =>
            {
                await await Task.WhenAny(clock.Ready, load);
                return clock.Imported;
            }),
            all.Measured.MeasureAsync(async () => (await load).Tally.Imported));
        ready.Note = $"{clock.RowsIn.TotalSeconds:N1} s for the rows, the rest for indexes, statistics and the exchange; the importer's memory {Environment.WorkingSet >> 20:N0} MiB, "
            + $"{await SizeAsync(register) / clock.Imported:N0} bytes a contact";
        File.Delete(sample.DatabasePath);

        var parts = await DumpAsync(register);
        await CreateAsync(register);
        var bare = new TaskCompletionSource();
        await Task.WhenAll(
            bareReady.MeasureAsync(async () =>
            {
                await bare.Task;
                return clock.Imported;
            }),
            bareAll.MeasureAsync(async () =>
            {
                await Task.WhenAll(parts.Select(part => CopyAsync(register, part)));
                await IndexAsync(register, search: false);
                foreach (var table in Tables)
                    await register.ExecuteAsync($"analyze {Name(table)}");
                bare.SetResult();
                await IndexAsync(register, search: true);
                return clock.Imported;
            }));
        bench.Add(ready.ToFigure());
        bench.Add(all.ToFigure());
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

    static Task<long> SizeAsync(Register register) =>
        register.ScalarAsync<long>("select sum(pg_total_relation_size(name::regclass))::bigint from unnest($1::text[]) t (name)", [Tables]);

    static string Name(string table) => $"bench.{table.Split('.')[1]}";

    /// <summary>When the rows were in, and when contacts could be extracted: the indexes that come then begin to count anew.</summary>
    sealed class LoadClock : IProgress<ImportProgress>
    {
        readonly System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool builds;

        public TimeSpan RowsIn { get; private set; }

        public long Imported { get; private set; }

        public Task Ready => ready.Task;

        public void Report(ImportProgress value)
        {
            Imported = value.Tally.Imported;
            if (value.Indexes is not { Built: var built })
                RowsIn = ready.Task.IsCompleted || builds ? RowsIn : watch.Elapsed;
            else if (built == 0 && builds)
                ready.TrySetResult();
            else
                builds |= built > 0;
        }
    }
}

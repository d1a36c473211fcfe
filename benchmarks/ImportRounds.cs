using Padron.Adapters.Imports;
using Padron.Application.Imports;
using Padron.Application.Numbering;
using Padron.Benchmarks.Harness;

namespace Padron.Benchmarks;

/// <summary>An import beside the work it can't do without: reading its rows, and PostgreSQL's taking in of the very rows it produces.</summary>
/// <remarks>
/// After each import the rows that it added to streams and events are copied out as PostgreSQL's binary COPY has them, and copied into tables of the
/// same shape, which grow as the register does. That stands beside any loader, however it brings its rows.
/// </remarks>
sealed class ImportRounds
{
    const string Indexed = "bench.indexed_";
    const string Bare = "bench.bare_";

    readonly Register register;
    readonly Track copyIndexed, copyBare, readOnly;

    ImportRounds(Register register)
    {
        this.register = register;
        (copyIndexed, copyBare) = (Series.Beside("COPY of the same rows, same indexes"), Series.Beside("COPY of the same rows, no index"));
        readOnly = Series.Beside("reading and classifying alone, nothing stored");
    }

    public Series Series { get; } = new(FillBench.Import, "import", "rows");

    public static async Task<ImportRounds> CreateAsync(Register register)
    {
        foreach (var (prefix, including) in ((string, string)[])[(Indexed, "including all"), (Bare, "including defaults")])
        {
            await register.ExecuteAsync($"create table {prefix}streams (like events.mt_streams {including}) with (fillfactor = 85)");
            await register.ExecuteAsync($"create table {prefix}events (like events.mt_events {including})");
        }

        return new(register);
    }

    public async Task RunAsync(string sample)
    {
        var rows = 0L;
        var before = await LastPositionAsync();
        await Series.Measured.MeasureAsync(async () =>
            rows = (await register.Get<ImportContactsHandler>().HandleAsync(new(sample, Resume: false, "bench"))).Tally.RowsRead);

        var (events, streams) = (Path.Combine(register.Directory, "events.copy"), Path.Combine(register.Directory, "streams.copy"));
        await register.DumpAsync($"select * from events.mt_events where seq_id > {before} order by seq_id", events);
        await register.DumpAsync($"select s.* from events.mt_streams s where exists (select from events.mt_events e where e.stream_id = s.id and e.version = 1 and e.seq_id > {before})", streams);
        await Series.AlternateAsync(
            rounds: 1,
            (copyBare, () => CopyAsync(Bare)),
            (copyIndexed, () => CopyAsync(Indexed)),
            (readOnly, () => ReadAsync(register, sample)));
        File.Delete(events);
        File.Delete(streams);

        async Task<double> CopyAsync(string prefix)
        {
            await register.LoadAsync(streams, prefix + "streams");
            await register.LoadAsync(events, prefix + "events");
            return rows;
        }
    }

    public Task DropTablesAsync() => register.ExecuteAsync($"drop table {Indexed}streams, {Indexed}events, {Bare}streams, {Bare}events");

    Task<long> LastPositionAsync() => register.ScalarAsync<long>("select coalesce(max(seq_id), 0) from events.mt_events");

    /// <summary>What the import's own reader does; on one thread here, as there.</summary>
    public static async Task<double> ReadAsync(Register register, string sample)
    {
        var reading = new RowReading(await register.Get<NumberingPlanStore>().ReadAsync(), "bench", Guid.Empty, TimeProvider.System.GetUtcNow());
        await using var source = new SqliteContactSourceOpener().Open(sample);
        var rows = 0;
        foreach (var row in source.Read(ImportCheckpoint.BeforeFirstRow, 10_000).SelectMany(batch => batch))
        {
            reading.Read(row);
            rows++;
        }

        return rows;
    }
}

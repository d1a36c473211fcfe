using Padron.Domain.Imports;

namespace Padron.Application.Imports.Phases;

/// <summary>Some rows of a file, as if they were a file.</summary>
/// <param name="file">What they are of.</param>
/// <param name="rows">Ascending by row id.</param>
/// <param name="sha256">What the file is known by: another for each that goes into the same register.</param>
sealed class RowsSource(IContactSource file, IReadOnlyList<SourceRow> rows, string sha256) : IContactSource, IContactSourceOpener
{
    public string FileName => file.FileName;

    public long Bytes => file.Bytes;

    public IReadOnlyList<(string Name, string? SourceName)> Columns => file.Columns;

    public Task<string> Sha256Async(CancellationToken ct) => Task.FromResult(sha256);

    public Task<long> CountAsync(long afterRow, CancellationToken ct) => Task.FromResult(rows.LongCount(row => row.Row > afterRow));

    public IEnumerable<IReadOnlyList<SourceRow>> Read(long afterRow, int batchSize) => rows.Where(row => row.Row > afterRow).Chunk(batchSize);

    public IReadOnlyList<SourceRow> Sample(int count, int seed) =>
        rows.Count <= count ? rows : [.. new Random(seed).GetItems(rows.ToArray(), count).DistinctBy(row => row.Row).OrderBy(row => row.Row)];

    public IReadOnlyList<PremiumMunicipality> ReadPremiumMunicipalities() => file.ReadPremiumMunicipalities();

    public IReadOnlyList<SourceTable> OtherTables() => file.OtherTables();

    public IEnumerable<IReadOnlyList<object?>> ReadOtherTable(SourceTable table) => file.ReadOtherTable(table);

    public IContactSource Open(string path, SourceMapping? mapping = null) => this;

    public Task<string> Sha256Async(string path, CancellationToken ct) => Sha256Async(ct);

    /// <summary>The file stays open: it is its owner's.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

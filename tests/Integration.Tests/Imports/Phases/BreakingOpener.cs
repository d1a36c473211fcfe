using Padron.Application.Imports;
using Padron.Domain.Imports;

namespace Padron.Integration.Tests.Imports.Phases;

/// <summary>A source with a fault.</summary>
/// <param name="whole">Opens it without.</param>
/// <param name="afterRows">Whoever reads it from end to end meets damage after so many rows.</param>
/// <param name="draw">What it gives for a row that is drawn at random.</param>
sealed class BreakingOpener(IContactSourceOpener whole, int afterRows = int.MaxValue, Func<SourceRow, SourceRow>? draw = null) : IContactSourceOpener
{
    public IContactSource Open(string path, SourceMapping? mapping = null) => new Breaking(whole.Open(path, mapping), afterRows, draw ?? (row => row));

    public Task<string> Sha256Async(string path, CancellationToken ct) => whole.Sha256Async(path, ct);

    sealed class Breaking(IContactSource source, int afterRows, Func<SourceRow, SourceRow> draw) : IContactSource
    {
        public string FileName => source.FileName;

        public long Bytes => source.Bytes;

        public IReadOnlyList<(string Name, string? SourceName)> Columns => source.Columns;

        public Task<string> Sha256Async(CancellationToken ct) => source.Sha256Async(ct);

        public Task<long> CountAsync(long afterRow, CancellationToken ct) => source.CountAsync(afterRow, ct);

        public IEnumerable<IReadOnlyList<SourceRow>> Read(long afterRow, int batchSize)
        {
            var read = 0;
            foreach (var batch in source.Read(afterRow, batchSize))
            {
                if (read >= afterRows)
                    throw new FormatException("page 7 is damaged");
                read += batch.Count;
                yield return batch;
            }
        }

        public IReadOnlyList<SourceRow> Sample(int count, int seed) => [.. source.Sample(count, seed).Select(draw)];

        public IReadOnlyList<PremiumMunicipality> ReadPremiumMunicipalities() => source.ReadPremiumMunicipalities();

        public IReadOnlyList<SourceTable> OtherTables() => source.OtherTables();

        public IEnumerable<IReadOnlyList<object?>> ReadOtherTable(SourceTable table) => source.ReadOtherTable(table);

        public ValueTask DisposeAsync() => source.DisposeAsync();
    }
}

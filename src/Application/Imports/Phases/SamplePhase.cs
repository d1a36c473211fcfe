using System.Globalization;
using Npgsql;
using Padron.Application.Imports.Validation;
using Padron.Application.Numbering;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.MartenExtensions.Daemon;
using Padron.Projections;

namespace Padron.Application.Imports.Phases;

/// <summary>Sends rows the whole way, from the file to a validated register, in a database that is thrown away.</summary>
public sealed class SamplePhase(NpgsqlDataSource register, DatabaseAddress address, NumberingPlanStore plans, ContactKey key, TimeProvider clock)
{
    /// <summary>Rows that are validated.</summary>
    public const int Rows = 1_000;

    // Enough that starting and ending don't count for much, and few enough to be done in seconds.
    const int MeasuredRows = 50_000;

    const string ImportedBy = "sample";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <param name="source">The file.</param>
    /// <param name="besideContacts">The register holds contacts, so rows go the way they go into such a one.</param>
    /// <param name="ct">Stops, and leaves nothing.</param>
    public async Task<ImportSampled> RunAsync(IContactSource source, bool besideContacts, CancellationToken ct)
    {
        var rows = source.Sample(Rows, Random.Shared.Next());
        try
        {
            await using var throwaway = await ThrowawayRegister.CreateAsync(register, address, key, ct);
            var (result, _) = await ImportAsync(throwaway, source, rows, besideContacts, ct);
            var sample = new RowsSource(source, rows, "rows");
            var validator = new ValidateImportHandler(
                throwaway.Sessions, throwaway.Streams, sample, new(throwaway.DataSource), new(throwaway.DataSource), clock);
            var validated = await validator.HandleAsync(new(result.ImportId, source.FileName, Rows, ImportedBy), progress: null, ct);
            return new(rows.Count, validated.Score, validated.Checks, NotDone: null, clock.GetUtcNow());
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            return new(0, Score: null, [], $"The database user may not create a database for it ({error.MessageText}): `alter role … createdb` allows it.", clock.GetUtcNow());
        }
    }

    /// <summary>Measures more rows, from the file's first, and projects them to the whole of it.</summary>
    public async Task<ImportEstimate> EstimateAsync(IContactSource source, ImportPrepared prepared, ImportSampled sampled, CancellationToken ct)
    {
        var (found, rows) = (prepared.Source, prepared.Source.Rows);
        var share = found.Sampled == 0 ? 0 : (double)rows / found.Sampled;
        var lines = new SourceLines(Whole(found.Lines.Mobile), Whole(found.Lines.Fixed), Whole(found.Lines.Unknown), Whole(found.Lines.MarkedInvalid));
        var rejected = found.Rejected.ToDictionary(reason => reason.Key, reason => Whole(reason.Value));
        var looked = string.Create(CultureInfo.InvariantCulture, $"lines and rejections from {found.Sampled:N0} rows at random, numbers that stand there twice not counted");
        if (sampled.NotDone is not null || rows == 0)
            return new(rows, Seconds: null, DatabaseBytes: null, lines, rejected, $"Time and size could not be measured; {looked}.");

        await using var throwaway = await ThrowawayRegister.CreateAsync(register, address, key, ct);
        var before = await SizeAsync(throwaway.DataSource, ct);
        var first = source.Read(ImportCheckpoint.BeforeFirstRow, MeasuredRows).First();
        var (result, seconds) = await ImportAsync(throwaway, source, first, prepared.RegisterHoldsContacts, ct);
        var bytes = await SizeAsync(throwaway.DataSource, ct) - before;
        var contacts = lines.Mobile + lines.Fixed + lines.Unknown + lines.MarkedInvalid;
        return new(
            rows, seconds * rows / first.Count, result.Tally.Imported == 0 ? 0 : bytes * contacts / result.Tally.Imported, lines, rejected,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Time and size from the first {first.Count:N0} rows, which took {seconds:0.0} s here (a register of millions takes up to half as long again, because its indexes grow); {looked}."));

        long Whole(long count) => (long)Math.Round(count * share);
    }

    async Task<(ImportResult Result, double Seconds)> ImportAsync(
        ThrowawayRegister throwaway, IContactSource source, IReadOnlyList<SourceRow> rows, bool besideContacts, CancellationToken ct)
    {
        var catchUp = new CatchUp(throwaway.Sessions, ReadModels.All, clock);
        if (besideContacts && rows.Count > 0)
        {
            await HandleAsync(throwaway, new(source, [rows[0]], "one row"), ct); // then it is not empty
            await catchUp.RunAsync(Patience, progress: null, ct);
        }

        var began = clock.GetTimestamp();
        var result = await HandleAsync(throwaway, new(source, rows, "rows"), ct);
        await catchUp.RunAsync(Patience, progress: null, ct);
        return (result, clock.GetElapsedTime(began).TotalSeconds);
    }

    Task<ImportResult> HandleAsync(ThrowawayRegister throwaway, RowsSource rows, CancellationToken ct) =>
        new ImportContactsHandler(throwaway.Sessions, throwaway.Streams, rows, plans, new(throwaway.DataSource), key, clock)
            .HandleAsync(new(rows.FileName, Resume: false, ImportedBy), progress: null, ct);

    static async Task<long> SizeAsync(NpgsqlDataSource dataSource, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand("select pg_database_size(current_database())");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}

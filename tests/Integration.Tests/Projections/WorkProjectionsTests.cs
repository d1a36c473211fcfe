using System.Text.Json;
using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;
using Padron.Projections.Extractions;
using Padron.Projections.Imports;
using Padron.Projections.Rebuilds;

namespace Padron.Integration.Tests.Projections;

/// <summary>The lists of imports and extractions: many lives at once, their facts in any order that their rules allow.</summary>
public sealed class WorkProjectionsTests : IAsyncLifetime
{
    static readonly DateTimeOffset Began = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly PadronDatabase database = new();
    readonly Random random = new(7);

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Imports_come_to_the_same_rows_in_pages_of_any_size()
    {
        await LiveAsync(Import.None, Import.Evolve, (import, at) => import.Decide(ImportFact(at)));

        var expected = new Dictionary<Guid, ImportRow>();
        await foreach (var e in database.Store.ReadAllAsync(0, long.MaxValue))
        {
            var row = expected.GetValueOrDefault(e.StreamId);
            expected[e.StreamId] = e.Data switch
            {
                ImportStarted s => new(e.StreamId, s.FileName, s.FileSha256, s.Rows, s.PlanVersion, "RUNNING", null, null, e.UserName, s.StartedAt, null, null),
                ImportResumed => row! with { Status = "RUNNING", Reason = null, EndedAt = null },
                ImportInterrupted i => row! with { Status = "INTERRUPTED", Reason = i.Reason, RowsRead = i.Tally.RowsRead, EndedAt = i.InterruptedAt },
                ImportCompleted c => row! with { Status = "COMPLETED", Reason = null, RowsRead = c.Tally.RowsRead, EndedAt = c.CompletedAt },
                ImportValidated v => row! with { Score = v.Score },
                _ => throw new InvalidOperationException($"An import has no {e.Data}."),
            };
        }

        expected.Values.Select(row => row.Status).Distinct().Order().ShouldBe(["COMPLETED", "INTERRUPTED", "RUNNING"]);
        expected.Values.ShouldContain(row => row.Score != null);
        expected.Values.ShouldContain(row => row.Status == "RUNNING" && row.RowsRead != null, "one that was resumed was to be among them");
        await RowsShouldBeAsync(ImportsProjection.Definition, expected.Values, () => database.ReadAsync("select * from read.imports", r => new ImportRow(
            r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.Text(4), r.GetString(5), r.Text(6), RowsRead(r.Text(7)), r.Text(8),
            r.GetFieldValue<DateTimeOffset>(9), r.Value<DateTimeOffset>(10), Score(r.Text(11)))));
    }

    [Fact]
    public async Task Extractions_come_to_the_same_rows_in_pages_of_any_size()
    {
        await LiveAsync(Extraction.None, ExtractionDecider.Evolve, DecideOnExtraction);

        var expected = new Dictionary<Guid, ExtractionRow>();
        await foreach (var e in database.Store.ReadAllAsync(0, long.MaxValue))
        {
            var row = expected.GetValueOrDefault(e.StreamId);
            expected[e.StreamId] = e.Data switch
            {
                ExtractionRequested r => new(e.StreamId, r.Selection, r.Amount, "xlsx", "REQUESTED", null, 0, null, null, null, r.RequestedBy, r.RequestedAt, null),
                ExtractionClaimed c => row! with { Status = "CLAIMED", Obtained = c.Obtained },
                ExtractionDeliveryStarted => row! with { Status = "DELIVERING" },
                ExtractionDelivered d => row! with { Status = "DELIVERED", FileName = d.FileName, Bytes = d.Bytes, Sha256 = d.Sha256, EndedAt = d.DeliveredAt },
                ExtractionCancelled c => row! with { Status = "CANCELLED", EndedAt = c.CancelledAt },
                ExtractionFailed f => row! with { Status = "FAILED", Reason = f.Reason, EndedAt = f.FailedAt },
                _ => throw new InvalidOperationException($"An extraction has no {e.Data}."),
            };
        }

        expected.Values.Select(row => row.Status).Distinct().Order().ShouldBe(["CANCELLED", "CLAIMED", "DELIVERED", "DELIVERING", "FAILED", "REQUESTED"]);
        await RowsShouldBeAsync(ExtractionsProjection.Definition, expected.Values, () => database.ReadAsync("select * from read.extractions", r => new ExtractionRow(
            r.GetGuid(0), JsonSerializer.Deserialize(r.GetString(1), EventJson.Default.Selection)!, r.GetInt32(2), r.GetString(3), r.GetString(4), r.Text(5),
            r.GetInt32(6), r.Text(7), r.Value<long>(8), r.Text(9), r.GetString(10), r.GetFieldValue<DateTimeOffset>(11), r.Value<DateTimeOffset>(12))));
    }

    // Sixty lives, each a step at a time among the others' and among contacts that are none of these projections' business.
    async Task LiveAsync<TState, TEvent>(TState none, Func<TState, object, TState> evolve, Func<TState, DateTimeOffset, TEvent[]> decide)
        where TEvent : class
    {
        var lives = Enumerable.Range(0, 60).Select(_ => (Id: Guid.CreateVersion7(), State: none, Version: 0L)).ToArray();
        for (var step = 0; step < 600; step++)
        {
            ref var life = ref lives[random.Next(lives.Length)];
            var events = decide(life.State, Began.AddMinutes(step));
            if (events.Length == 0)
                continue;
            var (id, version) = (life.Id, life.Version);
            life = (id, events.Aggregate(life.State, evolve), version + events.Length);
            (await database.Store.AppendAsync(id, version, events, new EventMetadata(User: "ana"))).ShouldBeOfType<AppendResult.Appended>();
        }
    }

    async Task RowsShouldBeAsync<T>(SqlProjection projection, IEnumerable<T> expected, Func<Task<IReadOnlyList<T>>> readAsync)
    {
        await database.GivenVerifiedAsync(10);
        foreach (var pageSize in new[] { 1, 7, 1_000 })
        {
            await new ProjectionRebuild(database.DataSource, database.CatchUp, TimeProvider.System) { PageSize = pageSize }.RunAsync(projection);
            (await readAsync()).ShouldBe(expected, ignoreOrder: true);
        }
    }

    ImportEvent ImportFact(DateTimeOffset at)
    {
        var tally = ImportTally.Zero with { RowsRead = random.Next(1_000), Rejected = new Dictionary<RejectionReason, long> { [RejectionReason.Empty] = 1 } };
        return random.Next(7) switch
        {
            0 or 1 => new ImportStarted("contactos.db", 4096, "ab12", 1_000, random.Next(2) == 0 ? null : "pnn-test", at),
            2 => new ImportResumed(tally.RowsRead, at),
            3 or 4 => new ImportInterrupted("cancelled", tally, at),
            5 => new ImportCompleted(tally, at),
            _ => ImportValidated.Of([ImportCheck.Of("numbers", 1_000, random.Next(1_000), [])], at),
        };
    }

    ExtractionEvent[] DecideOnExtraction(Extraction extraction, DateTimeOffset at)
    {
        try
        {
            return random.Next(13) switch
            {
                12 => ExtractionDecider.Decide(new CancelExtraction("ana", at), extraction),
                0 or 1 or 6 or 7 => ExtractionDecider.Decide(new RequestExtraction(new(SelectionKind.City, "Mérida", "YUC"), 10, 10, ExtractionFormat.Xlsx, null, "ana", at), extraction),
                2 or 3 or 8 or 9 => ExtractionDecider.Decide(new FinishClaim(random.Next(4), at), extraction),
                4 or 10 => ExtractionDecider.Decide(new StartDelivery(at), extraction),
                _ => ExtractionDecider.Decide(new FinishDelivery("merida.xlsx", random.Next(), "cd34", at), extraction),
            };
        }
        catch (RuleViolationException)
        {
            return [];
        }
    }

    static long? RowsRead(string? tally) => tally is null ? null : JsonDocument.Parse(tally).RootElement.GetProperty("rowsRead").GetInt64();

    static decimal? Score(string? validation) => validation is null ? null : JsonDocument.Parse(validation).RootElement.GetProperty("score").GetDecimal();

    sealed record ImportRow(
        Guid Id, string FileName, string FileSha256, long Rows, string? PlanVersion, string Status, string? Reason, long? RowsRead, string? StartedBy,
        DateTimeOffset StartedAt, DateTimeOffset? EndedAt, decimal? Score);

    sealed record ExtractionRow(
        Guid Id, Selection Selection, int Amount, string Format, string Status, string? Reason, int Obtained, string? FileName, long? Bytes, string? Sha256,
        string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset? EndedAt);
}

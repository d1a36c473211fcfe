using Npgsql;
using Padron.Application.Imports;
using Padron.Application.Imports.Incremental;
using Padron.Application.Imports.Load;
using Padron.Application.Numbering;
using Padron.Domain;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Imports;

/// <summary>Imports into a register with contacts that stop on their way: what is stored is whole batches, and what is left is done later.</summary>
public sealed class ImportInterruptionTests(ImportSample sample) : IClassFixture<ImportSample>, IAsyncLifetime
{
    const int BatchSize = 1_000;

    readonly PadronDatabase database = new();

    [Fact]
    public async Task A_cancelled_import_keeps_whole_batches_and_resumes_behind_them()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.ImportUntilAsync(sample.Database, rows: 5_000, BatchSize);

        var import = await database.OnlyImportAsync();
        (await database.ScalarAsync<long>("select after_row from padron.import_checkpoints")).ShouldBe(5_000);
        var interrupted = (await database.Store.ReadStreamAsync(import))[^1].Data.ShouldBeOfType<ImportInterrupted>();
        interrupted.Reason.ShouldBe("cancelled");
        interrupted.Tally.RowsRead.ShouldBe(5_000);
        interrupted.Tally.ShouldAddUp();
        (await RegisteredAsync()).ShouldBe(interrupted.Tally.Imported);
        (await database.ScalarAsync<long>("select count(*) from padron.import_rejections")).ShouldBe(interrupted.Tally.RejectedTotal);
        await database.CatchUpAsync();
        (await StatusAsync(import)).ShouldBe("INTERRUPTED");

        // Cancelled a second time, at another batch size.
        await RefusedAsync("import_unfinished", () => database.ImportAsync(sample.Database));
        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() => database.ImportAsync(
            sample.Database, batchSize: 300, resume: true, tell: progress =>
            {
                progress.Rows.ShouldBe(ImportSample.Rows);
                if (progress.RowsRead >= 9_000)
                    stop.Cancel();
            },
            ct: stop.Token));

        var result = await database.ImportAsync(sample.Database, resume: true);

        result.ImportId.ShouldBe(import);
        result.Tally.ShouldBeTheTruth(sample.Truth);
        (await RegisteredAsync()).ShouldBe(sample.Truth.Imported);
        (await database.HistoryAsync(import)).ShouldBe(
        [
            nameof(ImportStarted), nameof(ImportInterrupted), nameof(ImportResumed), nameof(ImportInterrupted), nameof(ImportResumed), nameof(ImportCompleted),
        ]);
        await database.CatchUpAsync();
        (await StatusAsync(import)).ShouldBe("COMPLETED");
    }

    [Fact]
    public async Task A_batch_that_is_cancelled_in_the_middle_leaves_nothing_of_itself()
    {
        // A stranger's row of the third batch is locked, so that the batch stands still inside its transaction.
        var row = sample.Scalar("select numero from numeros where id between 2001 and 3000 and length(numero) = 10 and numero not glob '*[^0-9]*' limit 1");
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("insert into events.mt_streams (id, version) values ($1, 1)", connection))
        {
            hold.Parameters.Add(new() { Value = PadronDatabase.Key.IdOf(PhoneNumber.Parse(row)) });
            await hold.ExecuteNonQueryAsync();
        }

        using var stop = new CancellationTokenSource();
        var importing = Task.Run(() => database.ImportAsync(sample.Database, BatchSize, ct: stop.Token));
        await Eventually.TrueAsync(() => database.ScalarAsync<bool>("select exists (select from pg_locks where not granted and locktype = 'transactionid' and pid in (select pid from pg_stat_activity where datname = current_database()))"));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(importing);
        await transaction.RollbackAsync();

        (await database.ScalarAsync<long>("select after_row from padron.import_checkpoints")).ShouldBe(2_000);
        (await RegisteredAsync()).ShouldBe(((ImportInterrupted)(await database.Store.ReadStreamAsync(await database.OnlyImportAsync()))[^1].Data).Tally.Imported);
        (await database.ScalarAsync<long>("select max((data->>'sourceRow')::bigint) from events.mt_events where type = 'contact_imported'")).ShouldBeLessThanOrEqualTo(2_000);

        var tally = (await database.ImportAsync(sample.Database, resume: true)).Tally;
        (tally.RowsRead, tally.Imported, tally.Duplicates).ShouldBe((sample.Truth.RowsRead, sample.Truth.Imported, sample.Truth.Duplicates));
    }

    [Fact]
    public async Task An_import_cancelled_after_its_last_batch_is_interrupted_and_resumes_to_its_end()
    {
        using var file = new ContactFile().Add("5512345678").Add("5512345679");
        await database.ImportUntilAsync(file.Path, rows: 2, BatchSize);
        (await database.HistoryAsync(await database.OnlyImportAsync())).ShouldBe([nameof(ImportStarted), nameof(ImportInterrupted)]);

        (await database.ImportAsync(file.Path, resume: true)).Tally.Imported.ShouldBe(2);
    }

    [Fact]
    public async Task There_is_nothing_to_resume_before_a_first_import_and_after_a_finished_one()
    {
        using var file = new ContactFile().Add("5512345678");
        await RefusedAsync("nothing_to_resume", () => database.ImportAsync(file.Path, resume: true));
        await database.ImportAsync(file.Path);
        await RefusedAsync("nothing_to_resume", () => database.ImportAsync(file.Path, resume: true));
    }

    [Fact]
    public async Task A_batch_whose_commit_was_not_heard_of_is_not_counted_twice()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.ImportUntilAsync(sample.Database, BatchSize, BatchSize);
        var import = await database.OnlyImportAsync();
        var plans = database.Get<NumberingPlanStore>();
        var reading = new RowReading(await plans.ReadAsync(), "pnn-test", import, DateTimeOffset.UnixEpoch);
        await using var source = database.Get<IContactSourceOpener>().Open(sample.Database);
        StagedRange[] ranges =
        [
            .. new RangeReader(reading, [(ImportCheckpoint.BeforeFirstRow, BatchSize)]).Read(source, LoadPace.Of(new(BatchSize, Lanes: 1))).Take(2).Select(range => StagedRange.Of(range, PadronDatabase.Key)),
        ];
        foreach (var range in ranges)
            await range.LookUpAsync(database.Store, CancellationToken.None);
        var batch = new ImportBatch(database.Store, import, EventMetadata.None);

        var stored = await batch.StoreAsync(ranges[0], BatchSize, CancellationToken.None);
        var events = await database.CountContactEventsAsync();
        var again = await batch.StoreAsync(ranges[0], BatchSize, CancellationToken.None);

        again.RowsRead.ShouldBe(2 * BatchSize);
        (again.Imported, again.Duplicates, again.RejectedTotal).ShouldBe((stored.Imported, stored.Duplicates, stored.RejectedTotal));
        (await database.CountContactEventsAsync()).ShouldBe(events);

        // What goes on from a place where the import no longer is, is another process.
        await RefusedAsync("import_running", () => batch.StoreAsync(ranges[1], BatchSize, CancellationToken.None));
        (await database.ImportAsync(sample.Database, resume: true)).Tally.ShouldBeTheTruth(sample.Truth);
    }

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        await database.GivenAStrangerAsync();
    }

    public Task DisposeAsync() => database.DisposeAsync();

    Task<long> RegisteredAsync() => database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_imported'");

    async Task<string> StatusAsync(Guid import) => (await database.Get<ImportQueries>().GetAsync(import))!.Status;

    static async Task RefusedAsync(string code, Func<Task> act) => (await Should.ThrowAsync<RuleViolationException>(act)).Code.ShouldBe(code);
}

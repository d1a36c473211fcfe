using Npgsql;
using Padron.Application.Imports;
using Padron.Application.Imports.Watching;
using Padron.Domain.Imports;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions.Bulk;

namespace Padron.Integration.Tests.Imports;

/// <summary>How far an import is, as other processes see it.</summary>
public sealed class ImportBoardTests : IAsyncLifetime
{
    readonly PadronDatabase database = new();
    readonly FakeMachine machine = new() { Disk = new(1000, 500) };

    ImportBoard Board => new(database.DataSource, new ServerDisk(database.DataSource, machine), machine, TimeProvider.System);

    [Fact]
    public async Task What_the_importer_tells_is_there_for_others_as_long_as_it_lives()
    {
        var (id, at) = await GivenAnImportAsync();
        var before = (await Board.ReadAsync(id))!;
        (before.RowsRead, before.Rows, before.Activity, before.Told).ShouldBe((0, 3, ImportActivity.Stopped, null));

        var shown = new List<ImportReport>();
        await using (var teller = Board.Tell("ana"))
        {
            teller.Shown = new Told<ImportReport>(shown.Add);
            teller.Report(at with { Phase = ImportPhase.Trial, RowsRead = 2 });
            var working = await UntilAsync(id, standing => standing.Told is not null);
            working.Activity.ShouldBe(ImportActivity.Working);
            var told = working.Told!;
            (told.Phase, told.RowsRead, told.Rows, told.MemoryBytes, told.DiskFreeBytes, told.Process, told.By).ShouldBe((ImportPhase.Trial, 2, 3, machine.OwnMemory, 500, "test:1", "ana"));

            teller.Report(at with { PausedBecause = "the disk is full" });
            (await UntilAsync(id, standing => standing.Activity is ImportActivity.Paused)).Told!.PausedBecause.ShouldBe("the disk is full");

            teller.Report(at with { RowsRead = 3, Indexes = new IndexProgress(2, 11) });
            (await UntilAsync(id, standing => standing.Told!.Indexes is not null)).Told!.IndexesBuilt.ShouldBe(2);
        }

        var left = (await Board.ReadAsync(id))!;
        (left.Activity, left.Told!.RowsRead, left.Told.Indexes).ShouldBe((ImportActivity.Stopped, 3, 11));
        shown[0].DiskFreeBytes.ShouldBeNull(); // nobody had looked yet
        shown[^1].IndexesBuilt.ShouldBe(2);
    }

    [Fact]
    public async Task One_that_has_told_nothing_for_long_is_taken_for_dead_though_its_connection_lives()
    {
        var (id, at) = await GivenAnImportAsync();
        await using (var teller = Board.Tell("ana"))
            teller.Report(at);
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await using (var hold = new NpgsqlCommand($"select pg_advisory_lock_shared({ImportTeller.LockKey})", connection) { Parameters = { new() { Value = id } } })
            await hold.ExecuteNonQueryAsync();
        (await Board.ReadAsync(id))!.Activity.ShouldBe(ImportActivity.Working);

        await database.ExecuteAsync("update padron.import_progress set updated_at = updated_at - interval '1 minute'");

        (await Board.ReadAsync(id))!.Activity.ShouldBe(ImportActivity.Stopped);
    }

    [Fact]
    public async Task A_row_that_can_not_be_written_fails_nobody_and_is_told_later()
    {
        var (id, at) = await GivenAnImportAsync();
        await database.ExecuteAsync("alter table padron.import_progress rename to elsewhere");
        await using var teller = Board.Tell("ana");
        teller.Report(at);
        await database.ExecuteAsync("alter table padron.elsewhere rename to import_progress");

        (await UntilAsync(id, standing => standing.Told is not null)).Activity.ShouldBe(ImportActivity.Working);
    }

    [Fact]
    public async Task One_that_is_complete_has_ended_when_its_process_has_left()
    {
        using var file = new ContactFile().Add("5512345678");
        var import = await database.ImportAsync(file.Path);
        await using (var teller = Board.Tell("ana"))
        {
            teller.Report(new ImportProgress(import.ImportId, 1, 1, import.Tally) { Phase = ImportPhase.Validate, Step = new("Checking counts", 0, 7) });
            (await UntilAsync(import.ImportId, standing => standing.Told is not null)).IsEnded.ShouldBeFalse();
        }

        (await Board.ReadAsync(import.ImportId))!.IsEnded.ShouldBeTrue();
        (await Board.ReadAsync(Guid.CreateVersion7())).ShouldBeNull();
    }

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    async Task<ImportStanding> UntilAsync(Guid id, Func<ImportStanding, bool> isSo)
    {
        ImportStanding? standing = null;
        await Eventually.TrueAsync(async () => isSo(standing = (await Board.ReadAsync(id))!));
        return standing!;
    }

    /// <summary>Of three rows, stopped before the first.</summary>
    async Task<(Guid Id, ImportProgress At)> GivenAnImportAsync()
    {
        using var file = new ContactFile().Add("5512345678").Add("5512345679").Add("x");
        await database.ImportUntilAsync(file.Path, rows: 0, batchSize: 1);
        var id = await database.OnlyImportAsync();
        return (id, new(id, 0, 3, ImportTally.Zero));
    }
}

using Npgsql;
using Padron.Application.Imports;
using Padron.Application.Imports.Phases;
using Padron.Application.Numbering;
using Padron.Domain.Imports;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Imports.Phases;

/// <summary>A register, a folder for backups and the process over them.</summary>
public abstract class ImportPhasesTest : IAsyncLifetime, IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("padron-phases-");

    protected PadronDatabase Database { get; } = new();

    protected string Backups => Path.Combine(folder.FullName, "backups");

    protected ImportOrder Order => new(
        DryRun: false, KeepPartial: false, BackUpBefore: false, BackUpAfter: false, BackUpEvery: null, Backups);

    public async Task InitializeAsync()
    {
        await Database.InitializeAsync();
        await GivenAsync();
    }

    public Task DisposeAsync() => Database.DisposeAsync();

    public void Dispose()
    {
        Clean();
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected virtual Task GivenAsync() => Task.CompletedTask;

    protected virtual void Clean()
    {
    }

    protected Task<ImportResult> ImportAsync(string path, ImportOrder? order = null, bool resume = false, ImportParts? parts = null, IContactSourceOpener? opener = null) =>
        new ImportProcess(parts ?? Database.Get<ImportParts>(), opener ?? Database.Get<IContactSourceOpener>(), Database.Get<NumberingPlanStore>())
            .HandleAsync(new(path, resume, order ?? Order, "ana"));

    /// <summary>The throw-away databases of this register, dropped or not.</summary>
    protected async Task<IReadOnlyList<string>> ThrowawaysAsync() => await Database.RowsAsync(
        "select datname from pg_database where starts_with(datname, (select 'padron_sample_' || oid || '_' from pg_database where datname = current_database()))");

    protected async Task<ImportDocument> ShownAsync(Guid importId)
    {
        await Database.CatchUpAsync();
        return (await Database.Get<ImportQueries>().GetAsync(importId))!;
    }

    /// <summary>A new database on the server, empty.</summary>
    protected static async Task<NpgsqlConnectionStringBuilder> NewDatabaseAsync() => new(await PostgresServer.CreateDatabaseAsync());
}

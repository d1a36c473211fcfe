using Padron.Application.Imports;
using Padron.Domain;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Samples;

namespace Padron.Integration.Tests.Imports;

/// <summary>Two imports at once, of one file and of two.</summary>
public sealed class ConcurrentImportTests(ImportSample sample) : IClassFixture<ImportSample>, IAsyncLifetime
{
    static readonly string[] Refusals = ["import_running", "import_unfinished"];

    readonly PadronDatabase database = new();

    [Fact]
    public async Task Of_two_that_begin_with_one_file_one_is_refused_and_the_other_finds_the_truth()
    {
        await database.LoadPlanAsync(sample.Plan);

        var ends = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => EndAsync(() => database.ImportAsync(sample.Database, 1_000))));

        ends.OfType<ImportResult>().ShouldHaveSingleItem().Tally.ShouldBeTheTruth(sample.Truth);
        ends.OfType<string>().ShouldHaveSingleItem().ShouldBeOneOf(Refusals);
        (await database.ScalarAsync<long>("select count(*) from padron.import_checkpoints")).ShouldBe(1);
        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_imported'")).ShouldBe(sample.Truth.Imported);
    }

    [Fact]
    public async Task Of_two_that_resume_one_import_the_one_that_lost_does_not_call_it_interrupted()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.ImportUntilAsync(sample.Database, rows: 1_000, batchSize: 1_000);

        // Different batches, so that they cannot go on in step.
        var ends = await Task.WhenAll(
            EndAsync(() => database.ImportAsync(sample.Database, batchSize: 1_000, resume: true)),
            EndAsync(() => database.ImportAsync(sample.Database, batchSize: 700, resume: true)));

        ends.OfType<ImportResult>().ShouldHaveSingleItem().Tally.ShouldBeTheTruth(sample.Truth);
        ends.OfType<string>().ShouldHaveSingleItem().ShouldBeOneOf([.. Refusals, "nothing_to_resume"]);
        await database.CatchUpAsync();
        var import = (await database.Get<ImportQueries>().ListAsync()).ShouldHaveSingleItem();
        import.Status.ShouldBe("COMPLETED");
        import.Tally.ShouldNotBeNull().ShouldBeTheTruth(sample.Truth);
        (await database.ScalarAsync<bool>("select finished from padron.import_checkpoints")).ShouldBeTrue();
    }

    [Fact]
    public async Task Two_files_that_overlap_register_each_number_once()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.GivenAStrangerAsync();
        using var other = new SampleFolder();
        await other.WriteAsync(5_000, seed: 2);
        using var overlapping = new OverlappingFile(other.Database, sample.Database, 1, 15_000);

        var ends = await Task.WhenAll(
            EndAsync(() => database.ImportAsync(sample.Database, 500)),
            EndAsync(() => database.ImportAsync(overlapping.Path, 700)));

        var tallies = ends.Select(end => end.ShouldBeOfType<ImportResult>().Tally).ToArray();
        foreach (var tally in tallies)
            tally.ShouldAddUp();
        var numbers = await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_imported'");
        tallies.Sum(tally => tally.Imported).ShouldBe(numbers);
        (await database.ScalarAsync<long>("select count(distinct data->>'phone') from events.mt_events where type = 'contact_imported'")).ShouldBe(numbers);
        tallies.Sum(tally => tally.AlreadyKnown).ShouldBeGreaterThan(5_000);
        (await database.ScalarAsync<long>(
            "select count(*) from events.mt_streams s where s.version <> (select count(*) from events.mt_events e where e.stream_id = s.id)")).ShouldBe(0);
    }

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    // On a thread of its own: an import begins with work that does not await.
    static async Task<object> EndAsync(Func<Task<ImportResult>> import)
    {
        try
        {
            return await Task.Run(import);
        }
        catch (RuleViolationException refused)
        {
            return refused.Code;
        }
    }

    /// <summary>A file of its own rows and some of another's, in another order.</summary>
    sealed class OverlappingFile : IDisposable
    {
        readonly ContactFile file = new();

        public OverlappingFile(string own, string others, int first, int last)
        {
            const string Columns = "numero, campo1_original, nombre, direccion, colonia, municipio_cof, estado_cof, lada, ciudad_por_lada, es_valido, fecha_migracion";
            file.Execute($"attach $0 as own; attach $1 as others; insert into numeros ({Columns}) select {Columns} from (select * from own.numeros union all select * from others.numeros where id between $2 and $3) order by nombre, numero", own, others, first, last);
        }

        public string Path => file.Path;

        public void Dispose() => file.Dispose();
    }
}

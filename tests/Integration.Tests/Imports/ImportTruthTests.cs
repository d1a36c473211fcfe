using System.Text.Json;
using Padron.Application.Imports;
using Padron.Domain.Imports;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Samples;

namespace Padron.Integration.Tests.Imports;

/// <summary>What an import finds is what the sample's writer decided, in every category.</summary>
public sealed class ImportTruthTests : IAsyncLifetime, IDisposable
{
    readonly PadronDatabase database = new();
    readonly SampleFolder sample = new();

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(1, 997)]
    [InlineData(20_261, 10_000)]
    public async Task An_import_finds_the_truth_at_any_batch_size(long seed, int batchSize)
    {
        var truth = await sample.WriteAsync(ImportSample.Rows, seed: seed);
        await database.LoadPlanAsync(sample.Plan);

        var result = await database.ImportAsync(sample.Database, batchSize);
        await database.CatchUpAsync();

        result.Tally.ShouldBeTheTruth(truth);
        result.PlanVersion.ShouldStartWith("pnn-");
        result.PremiumMunicipalities.ShouldBe(30);

        (await database.CountsAsync("select state_code, count(*) from read.contact_states group by 1"))
            .ShouldBe(Importing.NotZero(truth.ImportedByState), ignoreOrder: true);
        (await database.CountsAsync("select state_code, sum(contacts)::bigint from read.contact_counts where status = 'VERIFIED' group by 1"))
            .ShouldBe(Importing.NotZero(truth.VerifiedByState), ignoreOrder: true);
        (await database.CountsAsync("select lada, sum(contacts)::bigint from read.contact_counts where status = 'VERIFIED' group by 1"))
            .ShouldBe(Importing.NotZero(truth.VerifiedByLada), ignoreOrder: true);
        (await database.CountsAsync("select status, count(*) from read.contacts group by 1")).ShouldBe(
            new Dictionary<string, long> { ["VERIFIED"] = truth.Verified, ["NOT_MOBILE"] = truth.NotMobile, ["INVALID"] = truth.Invalidated }, ignoreOrder: true);
        (await database.CountsAsync("select 'inferred', count(*) from read.contact_profiles where lada_inferred"))["inferred"].ShouldBe(truth.LadaInferred);
        (await database.CountsAsync($"select reason, count(*) from padron.import_rejections where import_id = '{result.ImportId}' group by 1"))
            .ShouldBe(Importing.NotZero(truth.Rejected).Select(count => KeyValuePair.Create(JsonNamingPolicy.SnakeCaseLower.ConvertName($"{count.Key}"), count.Value)), ignoreOrder: true);

        var document = (await database.Get<ImportQueries>().GetAsync(result.ImportId)).ShouldNotBeNull();
        document.Tally.ShouldNotBeNull().ShouldBeTheTruth(truth);
        (document.Status, document.Rows, document.PlanVersion, document.StartedBy).ShouldBe(("COMPLETED", truth.Rows, result.PlanVersion, "ana"));
        (await database.HistoryAsync(result.ImportId)).ShouldBe([nameof(ImportStarted), nameof(ImportCompleted)]);
    }

    [Fact]
    public async Task Rejected_rows_are_kept_as_they_stood_with_row_and_reason()
    {
        await sample.WriteAsync(3_000);

        var result = await database.ImportAsync(sample.Database, batchSize: 700);

        var values = sample.Rows("select id, numero from numeros").ToDictionary(row => (long)row[0]!, row => (string?)row[1]);
        var rejections = await database.Get<ImportQueries>().RejectionsAsync(result.ImportId).ToListAsync();
        rejections.Count.ShouldBe((int)result.Tally.RejectedTotal);
        rejections.Count.ShouldBeGreaterThan(10);
        rejections.ShouldAllBe(rejection => rejection.Value == values[rejection.SourceRow]);
        rejections.Select(rejection => rejection.SourceRow).ShouldBeInOrder();
    }

    [Fact]
    public async Task Without_a_numbering_plan_every_contact_stays_unverified()
    {
        var truth = await sample.WriteAsync(3_000);

        var result = await database.ImportAsync(sample.Database);
        await database.CatchUpAsync();

        result.PlanVersion.ShouldBeNull();
        result.Tally.ShouldAddUp();
        (result.Tally.Verified, result.Tally.NotMobile, result.Tally.Unverified).ShouldBe((0, 0, truth.Verified + truth.NotMobile));
        (await database.CountsAsync("select status, count(*) from read.contacts group by 1")).ShouldBe(
            new Dictionary<string, long> { ["UNVERIFIED"] = truth.Verified + truth.NotMobile, ["INVALID"] = truth.Invalidated }, ignoreOrder: true);
    }

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => sample.Dispose();
}

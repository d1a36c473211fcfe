using Padron.Application.Numbering;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Numbering;

/// <summary>What loading a plan tells of the one before, and of the contacts.</summary>
public sealed class LoadNumberingPlanTests : IAsyncLifetime, IDisposable
{
    const string Header = "ZONA, NUMERACION_INICIAL, NUMERACION_FINAL, OCUPACION, MODALIDAD, RAZON_SOCIAL, FECHA_ASIGNACION\n";
    const string First = "5,5510000000,5510000099,100,CPP,MÓVILES,01/02/2003,\n5,5510000050,5510000149,100,FIJO,TELEFONÍA,01/02/2003,\n";
    const string Second = "5,5510000000,5510000009,10,FIJO,MÓVILES,01/02/2003,\n5,5510000010,5510000139,130,CPP,MÓVILES,01/02/2003,\n5,5510000200,5510000219,20,CPP,NUEVA,01/02/2003,\n";

    static readonly DateTimeOffset At = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);

    readonly PadronDatabase database = new();
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("padron-plans-");

    [Fact]
    public async Task The_difference_to_the_plan_before_is_told_in_numbers_and_kept_with_the_version()
    {
        var first = await LoadAsync("first.csv", First);
        first.Overlaps.ShouldBe(1);
        first.Before.ShouldBeNull();
        first.Difference.ShouldBe(NumberingPlanDifference.None with { Added = 150 });

        var second = await LoadAsync("second.csv", Second, "ana");
        second.Before.ShouldBe(first.Info);
        second.Difference.ShouldBe(new(BecameMobile: 40, BecameFixed: 10, Added: 20, Removed: 10, CarrierChanged: 40));

        var again = await LoadAsync("second.csv", Second);
        again.Difference.ShouldBe(NumberingPlanDifference.None);
        var versions = await database.Get<NumberingPlanVersions>().ListAsync();
        versions.Select(version => (version.Version, version.Overlaps, version.Difference, version.LoadedBy)).ShouldBe(
        [
            (again.Info.Version, 0, again.Difference, null), (second.Info.Version, 0, second.Difference, "ana"), (first.Info.Version, 1, first.Difference, null),
        ]);
        versions[0].FileSha256.ShouldNotBeNull().ShouldStartWith(versions[0].Version["pnn-".Length..]);
        (versions[0].FileName, versions[0].Blocks, versions[0].LoadedAt).ShouldBe(("second.csv", 3, At));
    }

    [Fact]
    public async Task Contacts_whose_line_it_tells_otherwise_are_counted()
    {
        await LoadAsync("first.csv", First);
        await database.GivenVerifiedAsync(30);
        await database.CatchUpAsync();

        (await LoadAsync("second.csv", Second)).Contacts.ShouldBe(new(ToMobile: 0, ToFixed: 10));
        (await LoadAsync("second.csv", Second)).Contacts.ShouldBe(LineChangeCount.None, "in no block did anything change");
    }

    [Fact]
    public async Task A_dry_run_tells_the_same_and_leaves_everything_as_it_was()
    {
        await LoadAsync("first.csv", First);
        await database.GivenVerifiedAsync(30);
        await database.CatchUpAsync();
        var (plans, versions) = (database.Get<NumberingPlanStore>(), database.Get<NumberingPlanVersions>());
        var (info, blocks, listed) = (await plans.InfoAsync(), (await plans.ReadAsync()).Blocks, await versions.ListAsync());

        var dry = await LoadAsync("second.csv", Second, dryRun: true);

        (await plans.InfoAsync()).ShouldBe(info);
        (await plans.ReadAsync()).Blocks.ShouldBe(blocks);
        (await versions.ListAsync()).ShouldBe(listed);
        (await LoadAsync("second.csv", Second)).ShouldBe(dry);
    }

    [Fact]
    public async Task Of_two_at_once_the_second_is_told_against_the_first()
    {
        await LoadAsync("first.csv", First);

        var both = await Task.WhenAll(LoadAsync("a.csv", Second), LoadAsync("b.csv", Second));

        both.Select(loaded => loaded.Difference.Added).Order().ShouldBe([0, 20]);
        (await database.Get<NumberingPlanVersions>().ListAsync()).Count.ShouldBe(3);
        (await database.Get<NumberingPlanStore>().ReadAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_plan_from_before_versions_were_kept_is_the_first_of_them()
    {
        await database.ExecuteAsync("drop table padron.numbering_plan_versions");
        await database.ExecuteAsync("insert into padron.numbering_plan (version, file_name, blocks, loaded_at) values ('pnn-old', 'old.csv', 7, $1)", At);

        await database.ExecuteAsync(await File.ReadAllTextAsync(Repository.PathOf("src/Application/Schema/0007-numbering-versions.sql")));

        (await database.Get<NumberingPlanVersions>().ListAsync()).ShouldBe([new("pnn-old", "old.csv", null, 7, null, null, At, null)]);
    }

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => folder.Delete(recursive: true);

    async Task<LoadedPlan> LoadAsync(string name, string blocks, string? by = null, bool dryRun = false)
    {
        var path = Path.Combine(folder.FullName, name);
        await File.WriteAllTextAsync(path, Header + blocks);
        return await database.Get<LoadNumberingPlanHandler>().HandleAsync(path, At, by, dryRun);
    }
}

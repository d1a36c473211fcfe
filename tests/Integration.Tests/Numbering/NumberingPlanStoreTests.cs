using Padron.Application.Numbering;
using Padron.Domain;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Numbering;

public sealed class NumberingPlanStoreTests : IAsyncLifetime
{
    static readonly NumberingPlan Plan = NumberingPlan.From(
    [
        new(5512340000, 5512344999, LineType.Mobile, "MÓVILES \"DE EJEMPLO\", S.A."),
        new(5512345000, 5512349999, LineType.Fixed, "TELEFONÍA"),
        new(9990000000, 9990000000, LineType.Mobile, "MÓVILES \"DE EJEMPLO\", S.A."),
    ]);

    static readonly NumberingPlanInfo Info = new("pnn-0123456789ab", "plan.csv", 3, new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));

    readonly PadronDatabase database = new();

    NumberingPlanStore Store => database.Get<NumberingPlanStore>();

    [Fact]
    public async Task Before_the_first_there_is_none()
    {
        (await Store.InfoAsync()).ShouldBeNull();
        (await Store.ReadAsync()).IsEmpty.ShouldBeTrue();
        (await Store.FindAsync(PhoneNumber.Mexican(5512345678))).ShouldBeNull();
    }

    [Fact]
    public async Task What_was_stored_is_read_again()
    {
        await Store.ReplaceAsync(Plan, Info);

        (await Store.InfoAsync()).ShouldBe(Info);
        (await Store.ReadAsync()).Blocks.ShouldBe(Plan.Blocks);
    }

    [Theory]
    [InlineData(5512339999)]
    [InlineData(5512340000)]
    [InlineData(5512344999)]
    [InlineData(5512345000)]
    [InlineData(5512349999)]
    [InlineData(5512350000)]
    [InlineData(9989999999)]
    [InlineData(9990000000)]
    [InlineData(9990000001)]
    [InlineData(2000000000)]
    public async Task A_number_is_found_in_the_database_as_in_memory(long national)
    {
        await Store.ReplaceAsync(Plan, Info);
        var phone = PhoneNumber.Mexican(national);
        (await Store.FindAsync(phone)).ShouldBe(Plan.Find(phone));
    }

    [Fact]
    public async Task A_foreign_number_has_no_block() =>
        (await Store.FindAsync(new PhoneNumber(14155550123))).ShouldBeNull();

    [Fact]
    public async Task A_new_plan_replaces_the_old_one_whole()
    {
        await Store.ReplaceAsync(Plan, Info);
        var next = NumberingPlan.From([new(3312340000, 3312349999, LineType.Fixed, "OTRA")]);
        await Store.ReplaceAsync(next, Info with { Version = "pnn-next", Blocks = 1 });

        (await Store.ReadAsync()).Blocks.ShouldBe(next.Blocks);
        (await Store.InfoAsync())!.Version.ShouldBe("pnn-next");
        (await Store.FindAsync(PhoneNumber.Mexican(5512340000))).ShouldBeNull();
    }

    [Fact]
    public async Task A_cancelled_replacement_keeps_the_old_plan()
    {
        await Store.ReplaceAsync(Plan, Info);

        await Should.ThrowAsync<OperationCanceledException>(() => Store.ReplaceAsync(NumberingPlan.Empty, Info, ct: new CancellationToken(canceled: true)));

        (await Store.ReadAsync()).Blocks.ShouldBe(Plan.Blocks);
    }

    [Fact]
    public async Task Loading_a_file_names_the_plan_by_its_bytes_and_an_empty_one_changes_nothing()
    {
        const string Header = "ZONA, NUMERACION_INICIAL, NUMERACION_FINAL, OCUPACION, MODALIDAD, RAZON_SOCIAL, FECHA_ASIGNACION\n";
        var folder = Directory.CreateTempSubdirectory("padron-plan-");
        try
        {
            var (path, empty) = (Path.Combine(folder.FullName, "pnn.csv"), Path.Combine(folder.FullName, "empty.csv"));
            await File.WriteAllTextAsync(path, Header + "5,5512340000,5512349999,10000,CPP,MÓVILES,01/02/2003,\n");
            await File.WriteAllTextAsync(empty, Header);
            var load = database.Get<LoadNumberingPlanHandler>();

            var info = (await load.HandleAsync(path, DateTimeOffset.UnixEpoch)).Info;
            (await Should.ThrowAsync<RuleViolationException>(() => load.HandleAsync(empty, DateTimeOffset.UnixEpoch))).Code.ShouldBe("numbering_plan_empty");

            info.ShouldBe(new(info.Version, "pnn.csv", 1, DateTimeOffset.UnixEpoch));
            info.Version.ShouldMatch("^pnn-[0-9a-f]{12}$");
            (await Store.InfoAsync()).ShouldBe(info);
            (await load.HandleAsync(path, DateTimeOffset.UnixEpoch)).Info.Version.ShouldBe(info.Version);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();
}

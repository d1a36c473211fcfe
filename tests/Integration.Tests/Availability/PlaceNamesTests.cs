using Padron.Application.Availability;
using Padron.Application.Extractions;
using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Availability;

public sealed class PlaceNamesTests(PlaceNamesTests.Cities cities) : IClassFixture<PlaceNamesTests.Cities>
{
    PlaceNames Names => cities.Database.Get<PlaceNames>();

    [Theory]
    [InlineData(SelectionKind.State, "nuevo leon", "NL")]
    [InlineData(SelectionKind.State, "edomex", "MEX")]
    [InlineData(SelectionKind.State, "Dto. Federal", "CDMX")]
    [InlineData(SelectionKind.City, "guadalajara", "GUADALAJARA")]
    [InlineData(SelectionKind.City, "  GUADALAJARA ", "GUADALAJARA")]
    [InlineData(SelectionKind.City, "Cd. Juárez", "CIUDAD JUAREZ")]
    [InlineData(SelectionKind.Municipality, "leon", "LEON")]
    [InlineData(SelectionKind.Lada, " 33 ", "33")]
    public async Task A_place_is_known_by_its_name_its_aliases_and_its_abbreviations(SelectionKind kind, string typed, string value)
    {
        (await Names.KnownAsync(kind, typed)).ShouldBe(new NamedPlace(value));
        (await Names.NearestAsync(kind, typed)).ShouldBe(new NamedPlace(value));
    }

    [Theory]
    [InlineData(SelectionKind.City, "Guadaljara", "GUADALAJARA")]
    [InlineData(SelectionKind.City, "gaudalajara", "GUADALAJARA")]
    [InlineData(SelectionKind.City, "Guadlaupe", "GUADALUPE")]
    [InlineData(SelectionKind.City, "Ciudad Juares", "CIUDAD JUAREZ")]
    [InlineData(SelectionKind.Municipality, "Monterey", "MONTERREY")]
    [InlineData(SelectionKind.State, "Jalisko", "JAL")]
    [InlineData(SelectionKind.State, "Nuevo Leno", "NL")]
    public async Task A_mistyped_name_is_taken_for_the_one_place_it_must_mean_by_whoever_only_looks(SelectionKind kind, string typed, string value)
    {
        (await Names.NearestAsync(kind, typed)).ShouldBe(new NamedPlace(value, typed));

        var refused = await Should.ThrowAsync<RuleViolationException>(() => Names.KnownAsync(kind, typed));
        refused.Code.ShouldBe("place_unknown");
        refused.Message.ShouldContain("Did you mean ");
        refused.Suggestions[0].Value.ShouldBe(value);
    }

    [Theory]
    [InlineData(SelectionKind.City, "Jalapa", "XALAPA")] // two cities
    [InlineData(SelectionKind.City, "San Pedro Garsa", "SAN PEDRO GARZA GARCIA")]
    [InlineData(SelectionKind.City, "San Andres", "SAN ANDRES TUXTLA")]
    [InlineData(SelectionKind.City, "Loen", "LEON")] // short: near to many
    [InlineData(SelectionKind.State, "Baja Californa S", "BCS")]
    [InlineData(SelectionKind.Lada, "551", "55")]
    public async Task What_may_mean_several_is_not_guessed_and_told_apart(SelectionKind kind, string typed, string suggestion)
    {
        var refused = await Should.ThrowAsync<RuleViolationException>(() => Names.NearestAsync(kind, typed));

        refused.Code.ShouldBe("place_unknown");
        refused.Suggestions.Select(place => place.Value).ShouldContain(suggestion);
        refused.Suggestions.Count.ShouldBeInRange(1, 5);
    }

    [Theory]
    [InlineData(SelectionKind.City, "Wuppertal", "`padron availability --by city` lists them.")]
    [InlineData(SelectionKind.City, "", "`padron availability --by city` lists them.")]
    [InlineData(SelectionKind.State, "Oklahoma", "Use its name or code: AGS, BC,")]
    [InlineData(SelectionKind.Lada, "12", "LADAs are 33, 55, 56, 81")]
    public async Task What_is_like_nothing_is_refused_with_what_there_is(SelectionKind kind, string typed, string otherwise)
    {
        var refused = await Should.ThrowAsync<RuleViolationException>(() => Names.NearestAsync(kind, typed));

        refused.Suggestions.ShouldBeEmpty();
        refused.Message.ShouldContain(otherwise);
    }

    [Fact]
    public async Task An_extraction_guesses_nothing_and_says_where_the_place_is()
    {
        var resolver = cities.Database.Get<SelectionResolver>();

        (await RefusedAsync(SelectionKind.City, "Guadaljara", null)).Suggestions.ShouldBe([new PlaceSuggestion("GUADALAJARA", "JAL", 4)]);
        var elsewhere = await RefusedAsync(SelectionKind.City, "Guadalajara", "Nuevo León");
        elsewhere.Message.ShouldBe("The register has no city 'Guadalajara' in NL. Did you mean GUADALAJARA (JAL, 4 available)?");
        var ambiguous = await RefusedAsync(SelectionKind.City, "guadalupe", null);
        ambiguous.Code.ShouldBe("place_ambiguous");
        ambiguous.Suggestions.Select(place => place.StateCode).ShouldBe(["NL", "ZAC"], ignoreOrder: true);
        (await RefusedAsync(SelectionKind.State, "Jalisko", null)).Suggestions[0].ShouldBe(new PlaceSuggestion("JAL", null, 4));
        (await resolver.ResolveAsync(SelectionKind.City, "cd juarez", "chih")).ShouldBe(new Selection(SelectionKind.City, "CIUDAD JUAREZ", "CHIH"));

        Task<RuleViolationException> RefusedAsync(SelectionKind kind, string name, string? state) =>
            Should.ThrowAsync<RuleViolationException>(() => resolver.ResolveAsync(kind, name, state));
    }

    public sealed class Cities : IAsyncLifetime
    {
        static readonly (long First, string State, string City)[] Places =
        [
            (3310000000, "JAL", "Guadalajara"), (8110000000, "NL", "Guadalupe"), (4921000000, "ZAC", "Guadalupe"), (8111000000, "NL", "Monterrey"),
            (6561000000, "CHIH", "Ciudad Juárez"), (2281000000, "VER", "Xalapa"), (2941000000, "VER", "San Andrés Tuxtla"), (8112000000, "NL", "San Pedro Garza García"),
            (2221000000, "PUE", "San Andrés Cholula"), (4771000000, "GTO", "León"), (7281000000, "MEX", "Lerma"),
        ];

        public PadronDatabase Database { get; } = new();

        public async Task InitializeAsync()
        {
            await Database.InitializeAsync();
            foreach (var (first, state, city) in Places)
                await Database.GivenVerifiedAsync(4, first, state, city);
            await Database.CatchUpAsync();
        }

        public Task DisposeAsync() => Database.DisposeAsync();
    }
}

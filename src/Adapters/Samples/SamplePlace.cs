namespace Padron.Adapters.Samples;

/// <summary>What a row says of where its contact lives, and the state that an import must count the contact under.</summary>
/// <remarks>Spoilable: the state may be damaged beyond recognition, because the LADA says the same state.</remarks>
readonly record struct SamplePlace(string? Municipality, string? StateText, SampleState Counted, bool Spoilable);

/// <summary>Places rows on the map.</summary>
sealed class SamplePlaces(Geography geography, DirtRates rates, TruthTally tally)
{
    static readonly string?[] Blanks = [null, ""];

    public SamplePlace Of(SampleLada lada, ref RowRandom random)
    {
        if (random.Chance(rates[Dirt.BlankPlace]))
        {
            tally.Dirty(Dirt.BlankPlace);
            return new(random.Of(Blanks), random.Of(Blanks), lada.State, Spoilable: false);
        }

        var home = lada;
        if (random.Chance(rates[Dirt.PlaceElsewhere]))
        {
            tally.Dirty(Dirt.PlaceElsewhere);
            home = Another(lada, ref random);
        }

        var municipality = random.Of(home.Municipalities);
        var state = municipality.State;
        var agrees = state == lada.State;
        if (!random.Chance(rates[Dirt.StateAlias]))
            return new(municipality.Name, random.Of(state.Names), state, agrees);

        tally.Dirty(Dirt.StateAlias);
        return new(municipality.Name, random.Of(agrees ? state.Aliases : state.UnmistakableAliases), state, agrees);
    }

    /// <summary>A LADA of another city: 55 and 56 are two LADAs and one place.</summary>
    SampleLada Another(SampleLada lada, ref RowRandom random)
    {
        SampleLada other;
        do
            other = random.Of(geography.Ladas);
        while (other.City == lada.City);
        return other;
    }
}

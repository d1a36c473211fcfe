namespace Padron.Adapters.Samples;

/// <summary>How often each kind of dirt falls on a row: 0 never, 1 on every row it can fall on.</summary>
public sealed class DirtRates
{
    static readonly Dirt[] Kinds = Enum.GetValues<Dirt>();

    readonly double[] rates;

    DirtRates(double[] rates)
    {
        foreach (var kind in Kinds)
        {
            if (rates[(int)kind] is not (>= 0 and <= 1))
                throw new ArgumentOutOfRangeException(paramName: null, $"The rate of {kind} must lie between 0 and 1.");
        }

        // A hair of slack: sums of decimal fractions such as 0.1 are not exact.
        if (rates[..((int)DirtOutcomes.LastOfNumber + 1)].Sum() > 1.000_001)
            throw new ArgumentOutOfRangeException(paramName: null, "A row has one kind of dirt in its number: the rates of those kinds must not add up to more than 1.");

        this.rates = rates;
    }

    /// <summary>A clean file.</summary>
    public static DirtRates None { get; } = new(new double[Kinds.Length]);

    /// <summary>What we take for an ordinary file of this sort. Judgement: nobody has measured the customer's.</summary>
    public static DirtRates Believable { get; } = new([.. Kinds.Select(BelievableRate)]);

    public double this[Dirt kind] => rates[(int)kind];

    /// <exception cref="ArgumentOutOfRangeException">The rate is not between 0 and 1, or the kinds of dirt in numbers add up to more than 1.</exception>
    public DirtRates With(Dirt kind, double rate)
    {
        double[] changed = [.. rates];
        changed[(int)kind] = rate;
        return new(changed);
    }

    /// <summary>Every rate times the factor, at most 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is negative, or so large that the kinds of dirt in numbers add up to more than 1.</exception>
    public DirtRates ScaledBy(double factor) => new([.. rates.Select(rate => Math.Min(1, rate * factor))]);

    static double BelievableRate(Dirt kind) => kind switch
    {
        Dirt.OldDialling => 0.03,
        Dirt.CountryCode => 0.025,
        Dirt.LocalNumber => 0.015,
        Dirt.DecimalSuffix => 0.01,
        Dirt.ExactScientific => 0.003,
        Dirt.LeadingApostrophe => 0.004,
        Dirt.Punctuation => 0.04,
        Dirt.Extension => 0.003,
        Dirt.Duplicate => 0.03,
        Dirt.BlankNumber => 0.004,
        Dirt.LetterForDigit => 0.002,
        Dirt.TextAfterNumber => 0.001,
        Dirt.TwoNumbers => 0.002,
        Dirt.LossyScientific => 0.002,
        Dirt.PlaceholderNumber => 0.002,
        Dirt.ForeignNumber => 0.001,
        Dirt.NineDigits => 0.004,
        Dirt.LocalWithoutLada => 0.002,
        Dirt.ElevenDigits => 0.003,
        Dirt.UnknownLada => 0.002,
        Dirt.NotValid => 0.03,
        Dirt.ValidityAsWord => 0.05,
        // The register this is modelled on sliced three digits off nearly every number.
        Dirt.LadaSlice => 0.7,
        Dirt.StateAlias => 0.08,
        Dirt.PlaceElsewhere => 0.02,
        Dirt.BlankPlace => 0.01,
        Dirt.BlankAddress => 0.08,
        Dirt.Mojibake => 0.015,
        Dirt.DecomposedAccents => 0.005,
        Dirt.StraySpaces => 0.02,
        Dirt.MissingName => 0.02,
        Dirt.CompanyName => 0.02,
        Dirt.SwappedNameAddress => 0.003,
        Dirt.QuotesInText => 0.004,
        Dirt.Formula => 0.0005,
        Dirt.SlashedDate => 0.15,
        _ => 0,
    };
}

using System.Runtime.InteropServices;

namespace Padron.Adapters.Samples;

/// <summary>What a row is meant to be, before any text is made.</summary>
/// <param name="Form">How its number is dirty; null for ten plain digits.</param>
/// <param name="NumberRow">The row whose number it has: itself, or an earlier one when it is a duplicate.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct RowIntention(Dirt? Form, long NumberRow);

/// <summary>Decides rows by their ids, in any order: a duplicate looks an earlier row's intention up by deciding it again.</summary>
sealed class RowIntentions
{
    const uint RandomStream = 3;

    /// <summary>Tries before a duplicate settles for the first row; misses are rare unless nearly every row is dirty.</summary>
    const int Tries = 32;

    readonly long seed;
    readonly double[] upTo = new double[(int)DirtOutcomes.LastOfNumber + 1];

    public RowIntentions(long seed, DirtRates rates)
    {
        this.seed = seed;
        var sum = 0.0;
        for (var kind = 0; kind < upTo.Length; kind++)
            upTo[kind] = sum += rates[(Dirt)kind];
    }

    public RowIntention this[long row]
    {
        get
        {
            var random = RowRandom.For(seed, RandomStream, row);
            var form = Form(ref random);
            if (form is not Dirt.Duplicate)
                return new(form, row);

            return EarlierRow(row, ref random) is { } earlier ? new(Dirt.Duplicate, earlier) : new(null, row);
        }
    }

    /// <returns>A row before this one that is imported under its own number; null when there is none to be found.</returns>
    long? EarlierRow(long row, ref RowRandom random)
    {
        for (var i = 0; i < Tries && row > 1; i++)
        {
            var candidate = 1 + random.Below(row - 1);
            if (HasOwnNumber(candidate))
                return candidate;
        }

        return row > 1 && HasOwnNumber(1) ? 1 : null;
    }

    bool HasOwnNumber(long row)
    {
        var random = RowRandom.For(seed, RandomStream, row);
        return Form(ref random) switch
        {
            null => true,
            Dirt.Duplicate => row == 1, // nothing comes before it, so it has to be a row of its own
            { } dirt => dirt.RejectedAs() is null,
        };
    }

    Dirt? Form(ref RowRandom random)
    {
        var drawn = random.NextDouble();
        if (drawn >= upTo[^1])
            return null;
        var kind = 0;
        while (drawn >= upTo[kind])
            kind++;
        return (Dirt)kind;
    }
}

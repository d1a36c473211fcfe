using System.Globalization;
using Padron.Domain.Numbering;

namespace Padron.Adapters.Samples;

/// <summary>Where the sample's people live: states, LADAs with their shares of the rows, municipalities.</summary>
/// <remarks>
/// The shares are rough metropolitan sizes, with the premium LADAs above theirs (La Paz and Los Cabos by far),
/// so that a small sample can already serve a premium extraction.
/// </remarks>
sealed class Geography
{
    /// <summary>In every so many consecutive rows each LADA has exactly its share. A power of two.</summary>
    public const int Slots = 1 << 16;

    Geography(SampleState[] states, SampleLada[] ladas)
    {
        States = states;
        Ladas = ladas;
    }

    public SampleState[] States { get; }
    public SampleLada[] Ladas { get; }

    public static Geography Load()
    {
        var domain = typeof(MexicanNumber).Assembly;
        var samples = typeof(Geography).Assembly;
        var states = EmbeddedCsv.Read(domain, "Padron.Domain.Numbering.states.csv")
            .Select((row, index) => new SampleState(index, row["state_code"], row["state_name"], row["aliases"]))
            .ToArray();
        var stateOf = states.ToDictionary(state => state.Code);
        var municipalitiesOf = EmbeddedCsv.Read(samples, "Padron.Adapters.Samples.municipalities.csv").ToLookup(row => row["lada"]);
        var shares = EmbeddedCsv.Read(samples, "Padron.Adapters.Samples.lada_shares.csv")
            .ToDictionary(row => row["lada"], row => Number(row["per_ten_thousand"]));

        // A LADA whose state nobody knows (359, 440) is left out: its contacts would count under no state.
        var known = EmbeddedCsv.Read(domain, "Padron.Domain.Numbering.ladas.csv").Where(row => row["state_code"] is not "").ToList();
        var others = (10_000.0 - shares.Values.Sum()) / (known.Count - shares.Count);

        var ladas = new SampleLada[known.Count];
        var nextSlot = 0;
        var shareSoFar = 0.0;
        foreach (var (index, row) in known.Index())
        {
            // Each share ends where the sum of the shares so far does, so that rounding loses no slot.
            shareSoFar += shares.TryGetValue(row["lada"], out var share) ? share : others;
            var end = index == known.Count - 1 ? Slots : (int)Math.Round(shareSoFar / 10_000 * Slots);
            var state = stateOf[row["state_code"]];
            var city = row["city"] is "" ? null : row["city"].ToUpperInvariant();
            SampleMunicipality[] municipalities =
            [
                .. municipalitiesOf[row["lada"]].SelectMany(place =>
                    Enumerable.Repeat(new SampleMunicipality(place["municipality"].ToUpperInvariant(), stateOf[place["state_code"]]), Number(place["weight"]))),
            ];
            ladas[index] = new(index, row["lada"], city, state, municipalities is [] ? [new(city, state)] : municipalities, nextSlot, end - nextSlot);
            nextSlot = end;
        }

        return new(states, ladas);
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

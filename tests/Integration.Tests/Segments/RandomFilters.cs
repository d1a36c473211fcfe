using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.Domain.Segments;
using Padron.Integration.Tests.Projections;

namespace Padron.Integration.Tests.Segments;

/// <summary>Filters of any combination of conditions that <see cref="RandomLives"/> may meet, and what each means, written in C#.</summary>
sealed class RandomFilters(int seed, ContactTables register, IReadOnlyDictionary<string, decimal> incomeByLada)
{
    static readonly DateTimeOffset Began = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly Random random = new(seed);
    readonly Dictionary<Guid, ProfileRow> profiles = register.Profiles.ToDictionary(profile => profile.Id);

    public SegmentFilter Next()
    {
        while (true)
        {
            var filter = new SegmentFilter
            {
                States = Some("YUC", "CDMX", "OAX", "VER"),
                Municipalities = Some("MERIDA", "SAN ANDRES TUXTLA", "NUMI"),
                Cities = Some("MERIDA", "CIUDAD DE MEXICO", "NUMI"),
                Ladas = Some("55", "33", "999", "222"),
                Income = Rarely() ? new(Rarely() ? 50_000 : null, 120_000) : null,
                Statuses = Rarely() || random.Next(2) == 0 ? Some(Enum.GetValues<ContactStatus>()) ?? [ContactStatus.Verified] : null,
                LineTypes = Some(Enum.GetValues<LineType>()),
                Carriers = Some("TELCEL", "MOVISTAR", "TELMEX"),
                NotSentSince = Rarely() ? At() : null,
                SentAtMost = Rarely() ? random.Next(4) : null,
                Text = Rarely() ? Pick("peña", "PENA ana", "luis", "centro calle", "nadie") : null,
                Imports = Rarely() && register.Profiles.Select(profile => profile.ImportId).OfType<Guid>().Distinct().Order().ToArray() is [_, ..] imports ? [Pick(imports)] : null,
                NotExtractedSince = Rarely() ? At() : null,
                NeverExtracted = Rarely(),
            };
            if (filter != new SegmentFilter())
                return filter.Checked();
        }
    }

    /// <summary>Those of whom the filter is true, in the order of their ids.</summary>
    public IEnumerable<StateRow> Meeting(SegmentFilter filter) => register.States.Where(state => Meets(filter, state, profiles.GetValueOrDefault(state.Id)))
        .OrderBy(state => state.Id.ToString(), StringComparer.Ordinal);

    bool Meets(SegmentFilter filter, StateRow state, ProfileRow? profile) =>
        Admits(filter.States, state.StateCode) && Admits(filter.Municipalities, state.MunicipalityKey) && Admits(filter.Cities, state.CityKey) && Admits(filter.Ladas, state.Lada)
        && (filter.Income is not { } income || incomeByLada.TryGetValue(state.Lada, out var pesos) && pesos >= (income.From ?? 0) && pesos < (income.Below ?? decimal.MaxValue))
        && Admits(filter.Statuses?.Select(ExpectedContacts.NameOf), state.Status)
        && Admits(filter.LineTypes?.Select(line => line.ToString().ToUpperInvariant()), state.LineType)
        && (filter.Carriers is null || state.Carrier is { } carrier && filter.Carriers.Contains(carrier))
        && (filter.NotSentSince is not { } sent || state.LastSentAt is null || state.LastSentAt < sent)
        && (filter.SentAtMost is not { } sends || state.SendCount <= sends)
        && (!filter.NeverExtracted || state.ExtractedAt is null)
        && (filter.NotExtractedSince is not { } extracted || state.ExtractedAt is null || state.ExtractedAt < extracted)
        && (filter.Imports is null || profile?.ImportId is { } import && filter.Imports.Contains(import))
        && (filter.Text is null || Words(filter.Text).All(word => Words($"{profile?.FullName} {profile?.Address} {profile?.Neighborhood}").Contains(word)));

    static bool Admits(IEnumerable<string>? wanted, string value) => wanted is null || wanted.Contains(value);

    static string[] Words(string text) => ExpectedContacts.PlaceKey(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    T[]? Some<T>(params T[] values)
    {
        if (random.Next(3) > 0)
            return null;
        random.Shuffle(values);
        return values[..random.Next(1, values.Length)];
    }

    DateTimeOffset At() => Began.AddMilliseconds(random.NextInt64(30_000_000_000));

    bool Rarely() => random.Next(5) == 0;

    T Pick<T>(params T[] values) => values[random.Next(values.Length)];
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;

namespace Padron.Domain.Segments;

/// <summary>Who is in a segment. A contact must meet every condition that is set; of several values of a condition, one.</summary>
/// <remarks>
/// It is stored in events: add members, never rename or remove. A member that nobody knows is refused when it is read: a condition that is misspelt and
/// left out would let everybody in.
/// </remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SegmentFilter
{
    /// <summary>Of each condition.</summary>
    public const int MostValues = 100;

    const int LongestText = 200;
    const int MostDays = 36_500;

    /// <summary>Codes of <see cref="MexicanStates"/>.</summary>
    public IReadOnlyList<string>? States { get; init; }

    /// <summary>Keys of municipalities: upper case, no accents.</summary>
    public IReadOnlyList<string>? Municipalities { get; init; }

    /// <summary>Keys of cities: upper case, no accents.</summary>
    public IReadOnlyList<string>? Cities { get; init; }

    public IReadOnlyList<string>? Ladas { get; init; }

    public IncomeBand? Income { get; init; }

    public IReadOnlyList<ContactStatus>? Statuses { get; init; }

    public IReadOnlyList<LineType>? LineTypes { get; init; }

    /// <summary>Whole names as the numbering plan or whoever verified the line told them, in upper case.</summary>
    public IReadOnlyList<string>? Carriers { get; init; }

    /// <summary>Last sent a message before this moment (UTC, exclusive), or never.</summary>
    public DateTimeOffset? NotSentSince { get; init; }

    /// <summary>The same, as days before the moment at which somebody looks.</summary>
    public int? NotSentForDays { get; init; }

    /// <summary>Sent this many messages at most; 0: never sent one.</summary>
    public int? SentAtMost { get; init; }

    /// <summary>Words that name, address or neighbourhood must all have, without regard to accents and case.</summary>
    public string? Text { get; init; }

    /// <summary>Imports that brought the contact.</summary>
    public IReadOnlyList<Guid>? Imports { get; init; }

    /// <summary>Handed out before this moment (UTC, exclusive), or never.</summary>
    public DateTimeOffset? NotExtractedSince { get; init; }

    /// <summary>Never handed out, or given back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NeverExtracted { get; init; }

    /// <summary>Whether it has verified contacts in it, the only ones that are handed out.</summary>
    [JsonIgnore]
    public bool AdmitsVerified => Statuses is null || Statuses.Contains(ContactStatus.Verified);

    /// <summary>As it stands at a moment: days become a date. What was asked for then stays the same whenever it is gone on with.</summary>
    public SegmentFilter At(DateTimeOffset moment) => NotSentForDays is not { } days ? this : this with
    {
        NotSentSince = NotSentSince is { } since && since < moment.AddDays(-days) ? since : moment.AddDays(-days),
        NotSentForDays = null,
    };

    /// <summary>Each value once and in order, nothing where nothing is said, and whatever can't narrow it down left out, so that filters that mean the same are the same.</summary>
    /// <exception cref="RuleViolationException">
    /// <c>segment_filter_empty</c>, <c>segment_values_too_many</c>, <c>segment_income_invalid</c>, <c>segment_days_invalid</c>, <c>segment_sends_invalid</c>, <c>segment_text_invalid</c>
    /// </exception>
    public SegmentFilter Checked()
    {
        if (Income is { IsPossible: false })
            throw new RuleViolationException("segment_income_invalid", "An income band has a beginning, an end or both, in pesos of 0 and more, and begins below its end.");
        if (NotSentForDays is < 1 or > MostDays)
            throw new RuleViolationException("segment_days_invalid", $"Not sent for {NotSentForDays} days can't be: give 1 to {MostDays:N0} days.");
        if (SentAtMost < 0)
            throw new RuleViolationException("segment_sends_invalid", "Sent at most takes a number of messages from 0 upward; 0 is never.");
        if (Text is not null && (string.IsNullOrWhiteSpace(Text) || Text.Length > LongestText || !Text.Any(char.IsLetterOrDigit)))
            throw new RuleViolationException("segment_text_invalid", $"The text to look for takes a letter or a digit, and {LongestText} characters at most.");
        var clean = this with
        {
            States = Distinct(States),
            Municipalities = Distinct(Municipalities),
            Cities = Distinct(Cities),
            Ladas = Distinct(Ladas),
            Statuses = Distinct(Statuses),
            LineTypes = Distinct(LineTypes),
            Carriers = Distinct(Carriers?.Select(carrier => carrier.Trim().ToUpperInvariant())),
            Imports = Distinct(Imports),
            Text = SourceText.Clean(Text) ?? Text?.Trim(),
        };
        // A contact that was handed out is neither verified nor unverified until it is given back.
        if (clean.Statuses is { } statuses && statuses.All(status => status is ContactStatus.Verified or ContactStatus.Unverified))
            clean = clean with { NeverExtracted = false, NotExtractedSince = null };
        return clean != new SegmentFilter()
            ? clean
            : throw new RuleViolationException("segment_filter_empty", "The segment has no condition: say who is in it, by place, status, carrier or whatever else is known.");
    }

    // A list has no equality of values; how a filter is written has.
    public bool Equals(SegmentFilter? other) => other is not null && (ReferenceEquals(this, other) || ToString() == other.ToString());

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    /// <summary>As it is stored: JSON, what is not set left out.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, EventJson.Default.SegmentFilter);

    static T[]? Distinct<T>(IEnumerable<T>? values) => values?.Distinct().Order().ToArray() switch
    {
        null or [] => null,
        { Length: > MostValues } => throw new RuleViolationException("segment_values_too_many", $"A condition takes {MostValues} values at most: make several segments."),
        var distinct => distinct,
    };
}

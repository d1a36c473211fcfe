using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Padron.Api.Cli;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.Domain.Segments;

namespace Padron.Api.Segments;

/// <summary>A segment's conditions as options of the command line, and in words.</summary>
static class SegmentOptions
{
    static readonly Option<string[]> State = Several<string>("--state", "In one of these states, by name or code.");
    static readonly Option<string[]> Municipality = Several<string>("--municipality", "In one of these municipalities.");
    static readonly Option<string[]> City = Several<string>("--city", "In one of these cities.");
    static readonly Option<string[]> Lada = Several<string>("--lada", "With one of these LADAs.");
    static readonly Option<decimal?> IncomeFrom = new("--income-from") { Description = "LADAs whose best municipality has an ICPTH 2022 from here upward, pesos a quarter." };
    static readonly Option<decimal?> IncomeBelow = new("--income-below") { Description = "LADAs whose best municipality has an ICPTH 2022 below this." };
    static readonly Option<string[]> Status = Several<string>("--status", "In one of these statuses: verified, unverified, extracted, not_mobile, invalid, opted_out.");
    static readonly Option<string[]> Line = Several<string>("--line-type", "mobile, fixed or unknown.");
    static readonly Option<string[]> Carrier = Several<string>("--carrier", "Of one of these carriers, by their whole names.");
    static readonly Option<DateTimeOffset?> NotSentSince = Moments.Option("--not-sent-since", "Last sent a message before this moment, or never.");
    static readonly Option<int?> NotSentForDays = new("--not-sent-for-days") { Description = "Last sent a message so many days ago or more, or never; counted when somebody looks." };
    static readonly Option<int?> SentAtMost = new("--sent-at-most") { Description = "Sent so many messages at most; 0: never one." };
    static readonly Option<string?> Text = new("--text") { Description = "With all of these words in name, address or neighbourhood." };
    static readonly Option<Guid[]> Import = Several<Guid>("--import", "Brought by one of these imports.");
    static readonly Option<DateTimeOffset?> NotExtractedSince = Moments.Option("--not-extracted-since", "Handed out before this moment, or never.");
    static readonly Option<bool> NeverExtracted = new("--never-extracted") { Description = "Never handed out." };

    public static readonly IReadOnlyList<Option> All =
    [
        State, Municipality, City, Lada, IncomeFrom, IncomeBelow, Status, Line, Carrier, NotSentSince, NotSentForDays, SentAtMost, Text, Import, NotExtractedSince, NeverExtracted,
    ];

    /// <exception cref="FormatException">A status or a line type that does not exist.</exception>
    public static SegmentFilter Read(ParseResult parsed) => new()
    {
        States = parsed.GetValue(State),
        Municipalities = parsed.GetValue(Municipality),
        Cities = parsed.GetValue(City),
        Ladas = parsed.GetValue(Lada),
        Income = (parsed.GetValue(IncomeFrom), parsed.GetValue(IncomeBelow)) is (null, null) ? null : new(parsed.GetValue(IncomeFrom), parsed.GetValue(IncomeBelow)),
        Statuses = parsed.GetValue(Status)?.Select(name => Named<ContactStatus>(name, "status")).ToArray(),
        LineTypes = parsed.GetValue(Line)?.Select(name => Named<LineType>(name, "line type")).ToArray(),
        Carriers = parsed.GetValue(Carrier),
        NotSentSince = parsed.GetValue(NotSentSince),
        NotSentForDays = parsed.GetValue(NotSentForDays),
        SentAtMost = parsed.GetValue(SentAtMost),
        Text = parsed.GetValue(Text),
        Imports = parsed.GetValue(Import),
        NotExtractedSince = parsed.GetValue(NotExtractedSince),
        NeverExtracted = parsed.GetValue(NeverExtracted),
    };

    /// <summary>Each condition in words.</summary>
    public static IEnumerable<string> Tell(SegmentFilter filter)
    {
        if (filter.States is { } states)
            yield return $"state {Or(states)}";
        if (filter.Municipalities is { } municipalities)
            yield return $"municipality {Or(municipalities)}";
        if (filter.Cities is { } cities)
            yield return $"city {Or(cities)}";
        if (filter.Ladas is { } ladas)
            yield return $"LADA {Or(ladas)}";
        if (filter.Income is { } income)
            yield return string.Create(CultureInfo.InvariantCulture, $"income{(income.From is { } from ? $" from {from:N0}" : "")}{(income.Below is { } below ? $" below {below:N0}" : "")} pesos a quarter");
        if (filter.Statuses is { } statuses)
            yield return $"status {Or(statuses.Select(NameOf))}";
        if (filter.LineTypes is { } lines)
            yield return $"line {Or(lines.Select(NameOf))}";
        if (filter.Carriers is { } carriers)
            yield return $"carrier {Or(carriers)}";
        if (filter.NotSentSince is { } sent)
            yield return $"last sent before {Terminal.Time(sent)}, or never";
        if (filter.NotSentForDays is { } days)
            yield return $"last sent {Terminal.Number(days)} days ago or more, or never";
        if (filter.SentAtMost is { } sends)
            yield return sends == 0 ? "never sent a message" : $"sent {Terminal.Number(sends)} messages at most";
        if (filter.Text is { } text)
            yield return $"with the words {text}";
        if (filter.Imports is { } imports)
            yield return $"brought by import {Or(imports.Select(import => import.ToString()))}";
        if (filter.NotExtractedSince is { } extracted)
            yield return $"handed out before {Terminal.Time(extracted)}, or never";
        if (filter.NeverExtracted)
            yield return "never handed out";
    }

    static Option<T[]> Several<T>(string name, string description) => new(name) { Description = description + " May be given several times." };

    static T Named<T>(string name, string what)
        where T : struct, Enum => Enum.GetValues<T>().Cast<T?>().FirstOrDefault(value => NameOf(value!.Value).Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new FormatException($"'{name}' is no {what}: take {Or(Enum.GetValues<T>().Select(NameOf))}.");

    static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    static string Or(IEnumerable<string> values) => string.Join(" or ", values);
}

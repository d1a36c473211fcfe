using System.CommandLine;
using Padron.Api.Cli;
using Padron.Application.Numbering;
using Padron.Domain.Numbering;

namespace Padron.Api.Numbering;

/// <summary><c>padron numbering …</c></summary>
static class NumberingCommands
{
    static readonly Argument<string> File = new("FILE.csv") { Description = "The regulator's public numbering plan (pnn_Publico_….csv)." };
    static readonly Argument<string> Number = new("NUMBER") { Description = "The number, in any form people write it." };

    public static Command Create() => CliCommand.Group(
        "numbering", "The numbering plan, which tells mobile lines from landlines.",
        CliCommand.Create("load", "Load IFT's public numbering plan; it replaces the one before.", [File], LoadAsync),
        CliCommand.Create("show", "Show what a number's digits and the plan say of it.", [Number], ShowAsync));

    static async Task LoadAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var (info, plan) = await session.Get<LoadNumberingPlanHandler>().HandleAsync(
            parsed.GetRequiredValue(File), session.Get<TimeProvider>().GetUtcNow(), ct);
        terminal.Result(
            new { info.Version, info.FileName, info.Blocks, plan.Overlaps, info.LoadedAt },
            t => t.Line($"Loaded {Terminal.Number(info.Blocks)} blocks from {info.FileName} as {info.Version}{(plan.Overlaps > 0 ? $"; {plan.Overlaps} overlapped others and were cut" : "")}."));
    }

    static async Task ShowAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var text = parsed.GetRequiredValue(Number);
        if (InternationalNumber.Read(text, home: "MX", out var number) is { } reason)
            throw new FormatException($"'{text}' is not a phone number: {reason.Explain()}");
        var store = session.Get<NumberingPlanStore>();
        var plan = await store.InfoAsync(ct);
        var phone = number.ToPhoneNumber();
        var block = phone is { } asked ? await store.FindAsync(asked, ct) : null;
        var place = phone is { } located ? Ladas.Find(located) : null;
        terminal.Result(
            new
            {
                phone = number.ToString(),
                valid = number.IsValid,
                region = number.Region,
                type = number.Type,
                national = number.ToNational(),
                international = number.ToInternational(),
                destinationCode = number.NationalDestinationCode,
                lada = place?.Lada,
                city = place?.City,
                state = place?.StateCode,
                line = block?.Line ?? LineType.Unknown,
                carrier = block?.Carrier,
                first = block?.First,
                last = block?.Last,
                plan = plan?.Version,
            },
            t =>
            {
                var code = number.NationalDestinationCode is { } ndc ? $", code {ndc}" : "";
                t.Line(number.IsValid
                    ? $"{number}: {Describe(number.Type)}{(number.Region is "001" ? "" : $" of {number.Region}")}{code}."
                    : $"{number}: no number that {number.Region ?? "its country"} gives out.");
                t.Line($"Written {number.ToNational()} within the country, {number.ToInternational()} from abroad.");
                if (place is null)
                    return;
                t.Line($"LADA {place.Lada}: {place.City ?? "city unknown"}, {MexicanStates.Find(place.StateCode ?? "")?.Name ?? "state unknown"}.");
                t.Line(LineOf(plan, block));
            });
    }

    static string LineOf(NumberingPlanInfo? plan, NumberingBlock? block) => (plan, block) switch
    {
        (null, _) => "No numbering plan is loaded, so the line is unknown: `padron numbering load FILE.csv`.",
        (_, null) => $"The plan {plan.Version} has no block for it: the number was not assigned when the plan was published.",
        (_, { } found) => $"{(found.Line is LineType.Mobile ? "Mobile" : "Landline")}, assigned to {found.Carrier} (block {found.First}–{found.Last}, plan {plan.Version}).",
    };

    static string Describe(NumberType type) => type switch
    {
        NumberType.FixedLine => "landline",
        NumberType.Mobile => "mobile",
        NumberType.FixedLineOrMobile => "landline or mobile",
        NumberType.TollFree => "toll-free number",
        NumberType.PremiumRate => "premium-rate number",
        NumberType.SharedCost => "shared-cost number",
        NumberType.Voip => "internet telephone",
        NumberType.PersonalNumber => "personal number",
        NumberType.Pager => "pager",
        NumberType.Uan => "universal access number",
        NumberType.Voicemail => "voicemail",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A valid number has a type."),
    };
}

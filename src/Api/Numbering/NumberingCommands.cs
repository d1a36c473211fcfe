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
        CliCommand.Create("show", "Show what the plan says of a number.", [Number], ShowAsync));

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
        var phone = PhoneNumber.Parse(parsed.GetRequiredValue(Number));
        var store = session.Get<NumberingPlanStore>();
        var plan = await store.InfoAsync(ct);
        var block = await store.FindAsync(phone, ct);
        var place = Ladas.Find(phone);
        terminal.Result(
            new
            {
                phone = phone.ToString(),
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
                t.Line($"{phone}: LADA {place?.Lada}, {place?.City ?? "city unknown"}, {MexicanStates.Find(place?.StateCode ?? "")?.Name ?? "state unknown"}.");
                t.Line((plan, block) switch
                {
                    (null, _) => "No numbering plan is loaded, so the line is unknown: `padron numbering load FILE.csv`.",
                    (_, null) => $"The plan {plan.Version} has no block for it: the number was not assigned when the plan was published.",
                    (_, { } found) => $"{(found.Line is LineType.Mobile ? "Mobile" : "Landline")}, assigned to {found.Carrier} (block {found.First}–{found.Last}, plan {plan.Version}).",
                });
            });
    }
}

using System.CommandLine;
using Padron.Api.Cli;
using Padron.Application.Availability;
using Padron.Domain.Extractions;

namespace Padron.Api.Availability;

/// <summary><c>padron availability</c></summary>
static class AvailabilityCommand
{
    static readonly Option<SelectionKind?> Kind = new("--by") { Description = "premium, state, city, municipality or lada." };
    static readonly Option<string?> Value = new("--value") { Description = "Only this place; accents and case don't matter." };

    static readonly Option<AsOf?> When = AsOfOption.Create();

    public static Command Create() => CliCommand.Create(
        "availability", "Count the contacts that can be extracted.", [Kind, Value, When], RunAsync);

    static async Task RunAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var queries = session.Get<AvailabilityQueries>();
        var asOf = await session.PositionAsync(parsed.GetValue(When), ct);
        switch (parsed.GetValue(Kind))
        {
            case null:
                var counts = await queries.ByStatusAsync(asOf, ct);
                terminal.Result(counts, t => t.Table(["status", "contacts#"], counts.Select(count => (IReadOnlyList<string>)[count.Key, Terminal.Number(count.Value)])));
                break;
            case SelectionKind.Premium:
                var premium = await queries.PremiumAsync(asOf, ct);
                terminal.Result(premium, t => t.Table(
                    ["rank#", "LADA", "ICPTH 2022#", "available#"],
                    premium.Select(lada => (IReadOnlyList<string>)[Terminal.Number(lada.Rank), lada.Lada, Terminal.Number((long)lada.Icpth2022), Terminal.Number(lada.Available)])));
                break;
            case { } kind:
                var places = await queries.ByPlaceAsync(kind, parsed.GetValue(Value), asOf, ct);
                terminal.Result(places, t => t.Table(
                    [kind.ToString(), "state", "available#", "all contacts#"],
                    places.Select(place => (IReadOnlyList<string>)[place.Value is "" ? "(unknown)" : place.Value, place.StateCode ?? "", Terminal.Number(place.Available), Terminal.Number(place.Total)])));
                break;
        }
    }
}

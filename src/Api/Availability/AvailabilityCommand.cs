using System.CommandLine;
using Padron.Api.Cli;
using Padron.Application.Availability;
using Padron.Domain.Extractions;

namespace Padron.Api.Availability;

/// <summary><c>padron availability</c></summary>
static class AvailabilityCommand
{
    static readonly Option<SelectionKind?> Kind = new("--by") { Description = "premium, state, city, municipality or lada." };
    static readonly Option<string?> Value = new("--value") { Description = "Only this place; accents and case don't matter, and a mistyped name is taken for the place it is nearest to." };

    static readonly Option<AsOf?> When = AsOfOption.Create();

    public static Command Create()
    {
        var availability = CliCommand.Create("availability", "Count the contacts that can be extracted.", [Kind, Value, When], RunAsync);
        availability.Validators.Add(result =>
        {
            if (result.GetValue(Kind) is SelectionKind.Segment)
                result.AddError("A segment is counted by `padron segments count NAME`.");
        });
        return availability;
    }

    static async Task RunAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var (queries, low) = (session.Get<AvailabilityQueries>(), session.Get<LowAvailability>());
        var asOf = await session.PositionAsync(parsed.GetValue(When), ct);
        switch (parsed.GetValue(Kind))
        {
            case null:
                var counts = await queries.ByStatusAsync(asOf, ct);
                terminal.Result(counts, t => t.Table(["status", "contacts#"], counts.Select(count => (IReadOnlyList<string>)[count.Key, Terminal.Number(count.Value)])));
                break;
            case SelectionKind.Premium:
                var premium = low.Mark(await queries.PremiumAsync(asOf, ct));
                terminal.Result(premium, t => t.Table(
                    ["rank#", "LADA", "ICPTH 2022#", "available#", ""],
                    premium.Select(lada => (IReadOnlyList<string>)
                        [Terminal.Number(lada.Rank), lada.Lada, Terminal.Number((long)lada.Icpth2022), Terminal.Number(lada.Available), Low(lada.Low)])));
                if (low.Warning(new Selection(SelectionKind.Premium), premium.Sum(lada => lada.Available)) is { } warning)
                    terminal.Warn(warning.Message);
                break;
            case { } kind:
                var named = parsed.GetValue(Value) is { } typed ? await session.Get<PlaceNames>().NearestAsync(kind, typed, ct) : null;
                var places = low.Mark(kind, named, await queries.ByPlaceAsync(kind, named?.Value, asOf, ct));
                terminal.Result(places, t => t.Table(
                    [kind.ToString(), "state", "available#", "all contacts#", ""],
                    places.Select(place => (IReadOnlyList<string>)
                        [place.Value is "" ? "(unknown)" : place.Value, place.StateCode ?? "", Terminal.Number(place.Available), Terminal.Number(place.Total), Low(place.Low)])));
                if (named is { TakenFor: { } mistyped })
                    terminal.Warn($"'{mistyped}' taken as {named.Value}.");
                if (named is not null && places.Count == 0)
                    terminal.Warn($"The register has no contact of {kind.ToString().ToLowerInvariant()} {named.Value}.");
                break;
        }
    }

    static string Low(bool? isLow) => isLow is true ? "low" : "";
}

using System.CommandLine;
using Padron.Application.Availability;

namespace Padron.Api.Cli;

/// <summary><c>--as-of WHEN</c></summary>
static class AsOfOption
{
    public static Option<AsOf?> Create() => new("--as-of")
    {
        Description = "As it was at a position (123456) or at the end of a day in Mexico City (2026-11-20).",
        CustomParser = result =>
        {
            try
            {
                return AsOf.Parse(result.Tokens[0].Value);
            }
            catch (FormatException error)
            {
                result.AddError(error.Message);
                return null;
            }
        },
    };

    /// <summary>The position that is meant; null where the option is not given, and the present is meant.</summary>
    public static async Task<long?> PositionAsync(this Session session, AsOf? asOf, CancellationToken ct) =>
        asOf is { } when ? await session.Get<AsOfPositions>().FindAsync(when, ct) : null;
}

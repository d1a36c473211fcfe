using System.CommandLine;
using System.Globalization;

namespace Padron.Api.Cli;

/// <summary>Moments on the command line.</summary>
static class Moments
{
    /// <summary>An option that takes a moment with its zone: without one it could be any of a day.</summary>
    public static Option<DateTimeOffset?> Option(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (HasZone(text) && DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment))
                return moment.ToUniversalTime();
            result.AddError($"'{text}' is no moment with its zone: write one as 2026-11-20T09:30:00-06:00, or with Z for UTC.");
            return null;
        },
    };

    static bool HasZone(string text) => text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal);

    static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
}

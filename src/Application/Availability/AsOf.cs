using System.Globalization;

namespace Padron.Application.Availability;

/// <summary>
/// A point of the past as a person names it: a position, or a day, which is its end in Mexico City. Never a moment: events are in the order of their
/// positions, and two whose timestamps tell another order would be on the wrong side of it.
/// </summary>
/// <param name="Position">Inclusive; null where a day was named.</param>
/// <param name="Day">Inclusive; null where a position was named.</param>
public readonly record struct AsOf(long? Position, DateOnly? Day)
{
    /// <param name="text"><c>123456</c> or <c>2026-11-20</c>.</param>
    /// <exception cref="FormatException">Neither; the message says why a moment is none.</exception>
    public static AsOf Parse(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            return new(position, null);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new(null, day);
        throw new FormatException(
            $"'{text}' is neither a position (123456) nor a day (2026-11-20, which is its end in Mexico City). A time of day is none either: "
            + "events are in the order of their positions, which their timestamps need not agree with.");
    }
}

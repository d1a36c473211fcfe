namespace Padron.Adapters.Extractions;

/// <summary>The clock on the operators' wall.</summary>
static class MexicoCity
{
    static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City");

    public static DateTimeOffset At(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone);
}

namespace Padron.Api.Configuration;

enum LogFormat
{
    Text,

    /// <summary>One JSON object a line, for whatever collects logs.</summary>
    Json,
}

/// <summary>The log of <c>padron serve</c>, on standard output. It has no phone number and no name at any level.</summary>
sealed record LogOptions
{
    /// <summary>The least that is logged.</summary>
    /// <value>One of trace, debug, information, warning, error, critical, none; default information.</value>
    [Setting("LOG_LEVEL")]
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>How a line looks; <c>json</c> is one object a line.</summary>
    /// <value>One of text, json; default text.</value>
    [Setting("LOG_FORMAT")]
    public LogFormat Format { get; init; }
}

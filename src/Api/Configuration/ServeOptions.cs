namespace Padron.Api.Configuration;

/// <summary>What <c>padron serve</c> can do.</summary>
[Flags]
enum ServeParts
{
    None = 0,

    /// <summary>Answers under <c>/v1</c> and <c>/docs</c>. Health is answered always.</summary>
    Http = 1,

    /// <summary>Works off the durable queue.</summary>
    Worker = 2,

    /// <summary>Keeps the read models up to date.</summary>
    Projections = 4,
}

/// <summary>The process that <c>padron serve</c> starts. Its own options on the command line win.</summary>
sealed record ServeOptions
{
    /// <summary>Addresses to listen on, separated by semicolons; of this machine only, until there are users. <c>padron health</c> asks the first.</summary>
    /// <value>Addresses; default http://127.0.0.1:8080.</value>
    [Setting("URLS", Unit = "addresses")]
    public string Urls { get; init; } = "http://127.0.0.1:8080";

    /// <summary>What this process leaves to others.</summary>
    /// <value>Any of http, worker, projections, separated by commas; default none.</value>
    [Setting("WITHOUT")]
    public ServeParts Without { get; init; }

    public bool Has(ServeParts part) => (Without & part) == ServeParts.None;
}

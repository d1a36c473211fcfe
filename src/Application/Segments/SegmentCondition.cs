using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Padron.Application.Search;
using Padron.Domain.Contacts;
using Padron.Domain.Segments;

namespace Padron.Application.Segments;

/// <summary>A filter as SQL over rows <c>s</c>: the text is fixed for each condition, and every value is a parameter.</summary>
/// <remarks>The conditions of <see cref="Counted"/> hold for <c>contact_counts</c> as well as for <c>contact_states</c>, whose columns have the same names.</remarks>
sealed class SegmentCondition
{
    readonly List<(object Value, NpgsqlDbType Type)> values = [];
    readonly List<(string Column, string Sql)> counted = [];
    readonly List<string> others = [];

    SegmentCondition()
    {
    }

    /// <summary>On place, status and line type; <c>true</c> when there is none.</summary>
    public string Counted => And([.. counted.Select(condition => condition.Sql)]);

    /// <summary>Whether <c>contact_counts</c> can tell how many contacts meet it.</summary>
    public bool IsCounted => others.Count == 0;

    /// <summary>What to join <c>contact_states</c> with; <c>contact_profiles p</c> where name, address or import are asked for.</summary>
    public string Join { get; private set; } = "";

    /// <summary>How many parameters it takes; the next one is one above.</summary>
    public int Parameters => values.Count;

    /// <param name="dataSource">Knows the words of <see cref="SegmentFilter.Text"/>.</param>
    /// <param name="filter">A filter as of a moment (<see cref="SegmentFilter.At"/>).</param>
    /// <param name="status">Only this one, whatever the filter says; null: the filter's.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<SegmentCondition> OfAsync(NpgsqlDataSource dataSource, SegmentFilter filter, ContactStatus? status, CancellationToken ct)
    {
        var condition = new SegmentCondition();
        condition.AddCounted(filter, status);
        condition.AddOthers(filter);
        if (filter.Text is { } text)
        {
            // Words as they were saved, whole and not mended: what nobody has finds nobody, and never somebody else.
            var words = (await SearchWords.ReadAsync(dataSource, text, ct)).Select(word => word with { IsKnown = true, IsBeginning = false }).ToArray();
            condition.Others("read.search_vector(p.full_name, p.address, p.neighborhood) @@ {0}::text::tsquery", SearchWords.ToQuery(words), NpgsqlDbType.Text, ofProfile: true);
        }

        return condition;
    }

    /// <summary>All of it but what it says of some columns, for which the caller has a value that meets it.</summary>
    public string Besides(IEnumerable<string> columns) => And([.. counted.Where(condition => !columns.Contains(condition.Column)).Select(condition => condition.Sql), .. others]);

    public void AddParameters(NpgsqlParameterCollection parameters)
    {
        foreach (var (value, type) in values)
            parameters.Add(new() { Value = value, NpgsqlDbType = type });
    }

    void AddCounted(SegmentFilter filter, ContactStatus? status)
    {
        OneOf("state_code", filter.States);
        OneOf("municipality_key", filter.Municipalities);
        OneOf("city_key", filter.Cities);
        OneOf("lada", filter.Ladas);
        if (filter.Income is { } income)
        {
            var (from, below) = (Parameter(income.From ?? 0, NpgsqlDbType.Numeric), Parameter(income.Below is { } end ? end : DBNull.Value, NpgsqlDbType.Numeric));
            counted.Add(("lada", $"s.lada in (select lada from padron.premium_ladas where icpth_2022 >= {from} and ({below} is null or icpth_2022 < {below}))"));
        }

        if (status is { } only)
            counted.Add(("status", only is ContactStatus.Verified ? "s.status = 'VERIFIED'" : throw new ArgumentOutOfRangeException(nameof(status), status, "Only verified contacts are looked for by status alone.")));
        else if (filter.Statuses is [ContactStatus.Verified])
            counted.Add(("status", "s.status = 'VERIFIED'")); // not as a parameter: the indexes of verified contacts would not be seen to hold it
        else
            OneOf("status", filter.Statuses?.Select(value => NameOf(value)));
        OneOf("line_type", filter.LineTypes?.Select(value => NameOf(value)));
    }

    void AddOthers(SegmentFilter filter)
    {
        if (filter.Carriers is { } carriers)
            Others("upper(s.carrier) = any ({0})", carriers.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
        if (filter.NotSentSince is { } sent)
            Others("(s.last_sent_at is null or s.last_sent_at < {0})", sent.ToUniversalTime(), NpgsqlDbType.TimestampTz);
        if (filter.SentAtMost is { } sends)
            Others("s.send_count <= {0}", sends, NpgsqlDbType.Integer);
        if (filter.NeverExtracted)
            others.Add("s.extracted_at is null");
        else if (filter.NotExtractedSince is { } extracted)
            Others("(s.extracted_at is null or s.extracted_at < {0})", extracted.ToUniversalTime(), NpgsqlDbType.TimestampTz);
        if (filter.Imports is { } imports)
            Others("p.import_id = any ({0})", imports.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid, ofProfile: true);
    }

    // One value is compared by itself: PostgreSQL takes rows from an index in order of what follows a single value, and not of what follows a list.
    void OneOf(string column, IEnumerable<string>? list)
    {
        switch (list?.ToArray())
        {
            case null:
                break;
            case [var single]:
                counted.Add((column, $"s.{column} = {Parameter(single, NpgsqlDbType.Text)}"));
                break;
            case var several:
                counted.Add((column, $"s.{column} = any ({Parameter(several, NpgsqlDbType.Array | NpgsqlDbType.Text)})"));
                break;
        }
    }

    void Others(string sql, object value, NpgsqlDbType type, bool ofProfile = false)
    {
        others.Add(string.Format(CultureInfo.InvariantCulture, sql, Parameter(value, type)));
        if (ofProfile)
            Join = " join read.contact_profiles p on p.id = s.id";
    }

    string Parameter(object value, NpgsqlDbType type)
    {
        values.Add((value, type));
        return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
    }

    static string And(IReadOnlyCollection<string> conditions) => conditions.Count == 0 ? "true" : string.Join(" and ", conditions);

    static string NameOf<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());
}

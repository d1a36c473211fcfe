namespace Padron.Adapters.Samples;

/// <summary>
/// A municipality: INEGI's ICPTH 2022 (current income of a household, pesos a quarter), the local time at which the customer
/// would rather send, and the gross domestic product of its state (thousand millions of pesos).
/// </summary>
sealed record BestLada(string Municipality, string State, int Income, string Lada, string TimeZone, string Hour, double StateGdp);

/// <summary>The rows of <c>mejores_ladas</c>, richest first.</summary>
/// <remarks>
/// Sample values. Benito Juárez, San Pedro Garza García, Mexicali, Saltillo and Hermosillo are INEGI's figures (ICMM 2022);
/// the others are guesses in the range of their states' figures, and so are the hours and the GDPs.
/// The tenth LADA by its best municipality is 844, twenty pesos behind 686 and seventy before 662: a ranking that rounds goes wrong.
/// </remarks>
static class BestLadas
{
    const string Centre = "America/Mexico_City", Monterrey = "America/Monterrey", Tijuana = "America/Tijuana", Mazatlan = "America/Mazatlan";

    public static readonly BestLada[] All =
    [
        new("Benito Juárez", "Ciudad de México", 161_535, "55", Centre, "18:00", 3_960.5),
        new("San Pedro Garza García", "Nuevo León", 149_075, "81", Monterrey, "18:30", 2_143.2),
        new("Miguel Hidalgo", "Ciudad de México", 138_410, "55", Centre, "18:00", 3_960.5),
        new("Cuajimalpa de Morelos", "Ciudad de México", 118_260, "55", Centre, "18:00", 3_960.5),
        new("Corregidora", "Querétaro", 112_845, "442", Centre, "17:30", 622.8),
        new("Coyoacán", "Ciudad de México", 109_730, "55", Centre, "18:00", 3_960.5),
        new("Cuauhtémoc", "Ciudad de México", 104_195, "55", Centre, "18:00", 3_960.5),
        new("San Nicolás de los Garza", "Nuevo León", 100_920, "81", Monterrey, "18:30", 2_143.2),
        new("Zapopan", "Jalisco", 98_615, "33", Centre, "18:00", 1_966.4),
        new("Chihuahua", "Chihuahua", 97_340, "614", "America/Chihuahua", "17:30", 1_012.9),
        new("La Paz", "Baja California Sur", 96_105, "612", Mazatlan, "17:00", 213.7),
        new("Monterrey", "Nuevo León", 95_580, "81", Monterrey, "18:30", 2_143.2),
        new("Tlalpan", "Ciudad de México", 94_460, "55", Centre, "18:00", 3_960.5),
        new("Querétaro", "Querétaro", 93_275, "442", Centre, "17:30", 622.8),
        new("Tijuana", "Baja California", 92_690, "664", Tijuana, "17:00", 1_001.3),
        new("Los Cabos", "Baja California Sur", 91_150, "624", Mazatlan, "17:00", 213.7),
        new("Álvaro Obregón", "Ciudad de México", 90_385, "55", Centre, "18:00", 3_960.5),
        new("Guadalupe", "Nuevo León", 89_240, "81", Monterrey, "18:30", 2_143.2),
        new("Apodaca", "Nuevo León", 88_515, "81", Monterrey, "18:30", 2_143.2),
        new("Mexicali", "Baja California", 87_984, "686", Tijuana, "17:00", 1_001.3),
        new("Saltillo", "Coahuila", 87_964, "844", Monterrey, "18:00", 962.6),
        new("Hermosillo", "Sonora", 87_892, "662", "America/Hermosillo", "17:00", 977.1),
        new("Azcapotzalco", "Ciudad de México", 87_110, "55", Centre, "18:00", 3_960.5),
        new("Metepec", "Estado de México", 86_430, "722", Centre, "18:00", 2_435.8),
        new("Ramos Arizpe", "Coahuila", 85_705, "844", Monterrey, "18:00", 962.6),
        new("Guadalajara", "Jalisco", 84_960, "33", Centre, "18:00", 1_966.4),
        new("Juárez", "Chihuahua", 84_215, "656", "America/Ciudad_Juarez", "17:30", 1_012.9),
        new("Ensenada", "Baja California", 83_870, "646", Tijuana, "17:00", 1_001.3),
        new("Mérida", "Yucatán", 82_540, "999", "America/Merida", "18:00", 421.4),
        new("San Luis Potosí", "San Luis Potosí", 81_395, "444", Centre, "17:30", 629.5),
    ];
}
